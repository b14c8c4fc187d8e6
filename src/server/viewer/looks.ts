import { paletteTable, type PaletteName } from '../../thermal/palettes.js';
import { element } from './elements.js';

/** How the two halves of a picture are shown together. */
export const LOOKS = [
  { id: 'thermal', text: 'Thermal', key: 't' },
  { id: 'palette', text: 'Palette', key: 'p' },
  { id: 'split', text: 'Compare', key: 's' },
  { id: 'blend', text: 'Blend', key: 'b' },
  { id: 'colour', text: 'Colour', key: 'c' },
] as const;
export type Look = (typeof LOOKS)[number]['id'];

/** Points of a palette that the filter joins by straight lines; palettes are made of fewer. */
const POINTS = 33;
const SVG = 'http://www.w3.org/2000/svg';

/** False colours for a grey picture, as a filter that the browser applies: no pixel passes through here. */
export class PaletteFilter {
  readonly root: Element;
  readonly #functions: readonly Element[];

  /** @param id of the filter, for `filter: url(#id)` */
  constructor(id: string) {
    this.#functions = ['feFuncR', 'feFuncG', 'feFuncB'].map((name) => {
      const one = document.createElementNS(SVG, name);
      one.setAttribute('type', 'table');
      return one;
    });
    const transfer = document.createElementNS(SVG, 'feComponentTransfer');
    transfer.append(...this.#functions);
    const filter = document.createElementNS(SVG, 'filter');
    filter.id = id;
    filter.setAttribute('color-interpolation-filters', 'sRGB');
    filter.append(transfer);
    const svg = document.createElementNS(SVG, 'svg');
    svg.append(filter);
    this.root = element('div', { class: 'filters', 'aria-hidden': 'true' }, svg);
  }

  set palette(name: PaletteName) {
    const table = paletteTable(name);
    this.#functions.forEach((one, channel) => {
      const values = Array.from({ length: POINTS }, (_, point) => {
        const level = Math.round((255 * point) / (POINTS - 1));
        return ((table[3 * level + channel] ?? 0) / 255).toFixed(4);
      });
      one.setAttribute('tableValues', values.join(' '));
    });
  }
}
