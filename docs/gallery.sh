#!/usr/bin/env bash
# Makes docs/gallery.md and its pictures: every figure that Escalon draws, with the commands that draw it.
#   docs/gallery.sh                  beside this script
#   docs/gallery.sh FOLDER PROGRAM   into a folder, with an escalon elsewhere than in build/release
set -euo pipefail
docs=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$docs")
out=$(mkdir -p "${1:-$docs}" && cd "${1:-$docs}" && pwd)
escalon=${2:-$root/build/release/escalon}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
ln -s "$root/scenarios" scenarios
rm -rf "$out/gallery"
mkdir -p "$out/gallery"
page=$out/gallery.md

# The caption that the program wrote for a figure, without its heading.
caption() { cat "$1"/captions.md "$1/$2.caption.md" 2>/dev/null | sed -n "s/^\*\*.*\*\* ($2)\. //p"; }

# chapter TITLE WORDS COMMAND...: runs the commands, and shows them.
chapter() {
    printf '\n## %s\n\n%s\n\n```sh\n' "$1" "$2" >>"$page"
    shift 2
    local command
    for command in "$@"; do
        printf '%s\n' "$command" >>"$page"
        bash -euo pipefail -c "${command/#escalon/\"$escalon\"}" >/dev/null 2>&1
    done
    printf '```\n' >>"$page"
}

# figure FOLDER NAME PICTURE: shows a figure of a folder, under a name of its own in the gallery.
figure() {
    cp "$1/$2.svg" "$out/gallery/$3.svg"
    printf '\n![%s](gallery/%s.svg)\n\n%s\n' "$3" "$3" "$(caption "$1" "$2")" >>"$page"
}

cat >"$page" <<'HEAD'
# Gallery

Every figure that Escalon draws, with the captions that it writes from the numbers. `docs/gallery.sh` makes this page. Each figure is a
[Vega-Lite](https://vega.github.io/vega-lite/) specification with its data, `NAME.vl.json` beside the picture; `escalon plot --format svg,pdf,png
--width 85mm --theme print --dpi 600` draws it for a column of a journal, and `escalon report` makes all of them live in one HTML file.
HEAD

chapter "One design in the trial that happened" "The documented trial, the truth that is assumed, and what 3+3 makes of it." \
    "escalon run scenarios/huc242_dm4.yaml"
huc=results/huc242_dm4/figures
for name in replay curve mtd allocation overdose; do figure $huc $name huc242_$name; done

chapter "Pharmacokinetics" "\`run\` draws these for every scenario with a drug; \`pk\` draws them without a trial." \
    "escalon pk scenarios/huc242_dm4.yaml --figure pk"
for name in pk pk_levels exposure antigen; do figure $huc $name huc242_$name; done

chapter "Several designs under several truths" "The table of a protocol as pictures: a panel a truth, a bar a design." \
    "escalon run scenarios/four_truths.yaml"
for name in curve mtd allocation overdose; do figure results/four_truths/figures $name truths_$name; done

chapter "Designs held against each other" "The same patients meet every design: differences from the first, trial by trial, and the designs over random truths." \
    "escalon run scenarios/comparison.yaml --engine monte_carlo --set random_truths.curves=200 --trials 2000"
for name in difference random_truths; do figure results/comparison/figures $name comparison_$name; done

chapter "Late toxicity" "A trial with a calendar: what the DLT window let through, what was left of the MTD afterwards, and one such trial patient by patient." \
    "escalon run scenarios/huc242_dm4_over_time.yaml --trials 1000"
for name in late swimmer; do figure results/huc242_dm4_over_time/figures $name huc242_$name; done

boin="designs=[{name: boin, label: BOIN, target: 0.30, cohort_size: 3, max_patients: 36}]"
chapter "Before a trial" "What a design does after every outcome of the next cohorts, and the table of a protocol." \
    "escalon paths scenarios/four_truths.yaml --out ahead" \
    "escalon table scenarios/standard.yaml --set '$boin' --out ahead"
for name in paths decision_table; do figure ahead $name $name; done

chapter "What a model believes" "Before the first patient, and in a running trial: the curve with its band, what was seen, and what overdose control forbids." \
    "escalon calibrate-prior scenarios/designs/blrm.yaml --out prior" \
    "escalon next scenarios/designs/blrm.yaml --design blrm --outcomes '1NNN 2NNN 3NNT' --out running"
figure prior prior prior
figure running posterior posterior

chapter "A grid of two figures" "What was not on record, swept: linker loss and tolerance." \
    "escalon sweep scenarios/huc242_dm4.yaml"
for name in heat_correct heat_documented; do figure results/huc242_dm4.sweep/figures $name $name; done

chapter "One at a time" "Which assumption matters most." \
    "escalon sweep scenarios/huc242_dm4.yaml pk.KDC='0.04 /d,0.08 /d' pk.CL='0.2 L/d/m2,0.28 L/d/m2' toxicity.tolerance.median='450 mg*d/L,700 mg*d/L' toxicity.tolerance.sd_log=0.25,0.45 --one-at-a-time --out results/tornado"
figure results/tornado/figures tornado_documented tornado

chapter "One axis" "How operating characteristics follow one figure." \
    "escalon sweep scenarios/huc242_dm4.yaml toxicity.tolerance.sd_log=0.2..0.5:0.1 --out results/trend"
figure results/trend/figures trend trend

chapter "On paper, in one column" "The print look survives a photocopier; 85 mm is a column." \
    "escalon plot results/four_truths --theme print --width 85mm --figure mtd -o print"
figure print mtd print_mtd
