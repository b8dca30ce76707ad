// Scenarios for the browser: an ordinary comparison, and one whose every name is an attack.

export const truthsScenario = `schema: 1
name: four truths
doses: { unit: mg/m2, levels: [10, 20, 30, 40, 50, 60] }
truths:
  - { name: flat, probability: [0.05, 0.06, 0.08, 0.11, 0.15, 0.20] }
  - { name: middle, probability: [0.05, 0.10, 0.20, 0.30, 0.45, 0.60] }
  - { name: steep, probability: [0.02, 0.05, 0.30, 0.60, 0.80, 0.90] }
  - { name: toxic, probability: [0.45, 0.50, 0.60, 0.70, 0.80, 0.90] }
designs:
  - { name: three_plus_three }
  - { name: three_plus_three, label: no de-escalation, deescalate: false, six_at_mtd: false }
`;

export const ordinaryWords = 'the end of a very long name';

const text = (value) => JSON.stringify(value); // also a double-quoted scalar of YAML

const attack = '<script>alert(1)</script> "quoted" \'single\' \\back\\n {} %s </title></style></textarea><img src=x onerror=alert(2)>'
  + ' \u05e9\u05dc\u05d5\u05dd \u202eoverride\u202c \u2067isolate \u0645\u0631\u062d\u0628\u0627 &amp; &lt;b&gt; ${alert(3)} {{alert(4)}} --> ]]> <!--';

export const hostileScenario = `schema: 1
name: ${text(`${attack} ${'a long name '.repeat(900)}${ordinaryWords}`)}
compound: ${text(`<b onmouseover=alert(5)>bold</b>${'x'.repeat(300)}`)}
doses: { unit: mg/m2, levels: [10, 20, 30, 40, 50, 60] }
truths:
  - { name: ${text(`<script>alert(6)</script>"${'\u05e9'.repeat(12)}`)}, probability: [0.05, 0.06, 0.08, 0.11, 0.15, 0.20] }
  - { name: ${text(`'><svg/onload:alert(7)> ${'w'.repeat(5000)}`)}, probability: [0.05, 0.10, 0.20, 0.30, 0.45, 0.60] }
designs:
  - { name: three_plus_three, label: ${text(`<script>alert(8)</script> \u202ertl ${'\u05d0'.repeat(9)}`)} }
  - { name: three_plus_three, label: ${text(`</script><script>alert(9)</script> "'\\&lt; ${'L'.repeat(3000)}`)}, deescalate: false, six_at_mtd: false }
documented:
  mtd: 40 mg/m2
  cohorts:
    - { level: 10 mg/m2, patients: 3, dlts: 0, note: ${text(`<script>alert(10)</script>${'n'.repeat(2000)}`)} }
    - { level: 20 mg/m2, patients: 3, dlts: 1 }
evidence:
  doses.levels:
    label: source
    source: ${text('https://example.org/a?b=1&c=<x> and javascript:alert(11) and http://example.org/" onmouseover="alert(12)')}
    why: ${text('<iframe src=//example.org>')}
  truths: { label: assumption, why: ${text(attack + ' why'.repeat(2500))} }
`;
