// A figure for the HTML report: the picture that needs no script, and the compiled figure that the page's script makes live.

import { Fault, exit } from './fault.mjs';
import { captionOf } from './spec.mjs';
import { standalone } from './svg.mjs';

/**
 * @param vegaSvg what Vega drew
 * @param compiled the Vega specification that drew it
 * @return {Promise<string>} {svg, vega} as JSON. The page brings Inter, and its policy refuses
 * style attributes.
 */
export async function pageFigure(spec, name, vegaSvg, compiled) {
  const picture = await standalone(vegaSvg, captionOf(spec), name, false);
  const styled = /<[^>]*\sstyle="([^"]*)"/.exec(picture);
  if (styled) throw new Fault(exit.badSpec, `${name} needs the style “${styled[1]}”, which a report cannot have; leave “blend” and images out`);
  return `${JSON.stringify({ svg: picture.trimEnd(), vega: compiled })}\n`;
}
