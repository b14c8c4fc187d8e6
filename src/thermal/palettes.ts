/** A stop of a palette: position from cold (0) to hot (1), then red, green, blue (0 to 255). */
type Stop = readonly [at: number, red: number, green: number, blue: number];

/**
 * False-colour palettes under the names that camera users know, from stops of our own. No palette crosses itself in
 * colour space, so each can be mapped back (see palette-inversion.ts); cameras' own tables differ in detail.
 */
const STOPS = {
  'white-hot': [
    [0, 0, 0, 0],
    [1, 255, 255, 255],
  ],
  'black-hot': [
    [0, 255, 255, 255],
    [1, 0, 0, 0],
  ],
  ironbow: [
    [0, 3, 1, 32],
    [0.13, 24, 2, 84],
    [0.3, 112, 4, 136],
    [0.45, 178, 10, 152],
    [0.57, 224, 42, 74],
    [0.68, 246, 86, 14],
    [0.8, 251, 152, 6],
    [0.92, 255, 226, 40],
    [1, 255, 253, 228],
  ],
  rainbow: [
    [0, 4, 4, 48],
    [0.18, 10, 40, 210],
    [0.34, 0, 150, 205],
    [0.5, 20, 170, 60],
    [0.66, 236, 228, 20],
    [0.8, 244, 120, 20],
    [0.9, 232, 20, 30],
    [1, 255, 206, 206],
  ],
  'rainbow-hc': [
    [0, 0, 0, 0],
    [0.1, 96, 0, 140],
    [0.23, 24, 24, 235],
    [0.36, 0, 205, 240],
    [0.49, 0, 155, 40],
    [0.62, 245, 240, 0],
    [0.74, 250, 110, 0],
    [0.84, 200, 0, 0],
    [0.93, 250, 60, 190],
    [1, 255, 255, 255],
  ],
  lava: [
    [0, 0, 0, 0],
    [0.16, 8, 44, 92],
    [0.34, 66, 40, 134],
    [0.5, 156, 28, 104],
    [0.66, 220, 52, 40],
    [0.8, 246, 140, 26],
    [0.92, 255, 222, 84],
    [1, 255, 255, 250],
  ],
  arctic: [
    [0, 8, 6, 84],
    [0.2, 18, 62, 220],
    [0.4, 70, 190, 238],
    [0.58, 128, 132, 136],
    [0.74, 196, 122, 36],
    [0.88, 252, 190, 34],
    [1, 255, 245, 190],
  ],
  glowbow: [
    [0, 0, 0, 0],
    [0.22, 96, 8, 10],
    [0.45, 204, 34, 8],
    [0.65, 246, 124, 14],
    [0.83, 252, 206, 70],
    [1, 255, 252, 222],
  ],
  amber: [
    [0, 0, 0, 0],
    [0.35, 104, 56, 8],
    [0.7, 228, 140, 28],
    [0.88, 255, 206, 112],
    [1, 255, 248, 226],
  ],
  medical: [
    [0, 14, 6, 24],
    [0.14, 116, 26, 152],
    [0.28, 52, 62, 226],
    [0.42, 30, 192, 196],
    [0.56, 64, 196, 58],
    [0.7, 232, 230, 40],
    [0.82, 238, 126, 40],
    [0.92, 214, 16, 52],
    [1, 255, 172, 214],
  ],
} as const satisfies Record<string, readonly Stop[]>;

/** The name of a false-colour palette. */
export type PaletteName = keyof typeof STOPS;

/** Every palette, for option lists. */
export const PALETTE_NAMES = Object.keys(STOPS) as readonly PaletteName[];

/** 256 colours from cold to hot: red, green, blue, 768 bytes. */
export type PaletteTable = Uint8Array;

const made = new Map<PaletteName, PaletteTable>();

/** The table of a palette. Made once; not to be written to. */
export function paletteTable(name: PaletteName): PaletteTable {
  let table = made.get(name);
  if (table === undefined) {
    table = tableOf(STOPS[name]);
    made.set(name, table);
  }
  return table;
}

/**
 * White-hot grey to false colours by table lookup.
 *
 * @param gray 8-bit levels
 * @param out rgb24, three bytes for each level
 */
export function applyPalette(name: PaletteName, gray: Uint8Array, out: Uint8Array): void {
  const table = paletteTable(name);
  for (let i = 0, o = 0; i < gray.length; i += 1, o += 3) {
    const entry = (gray[i] ?? 0) * 3;
    out[o] = table[entry] ?? 0;
    out[o + 1] = table[entry + 1] ?? 0;
    out[o + 2] = table[entry + 2] ?? 0;
  }
}

function tableOf(stops: readonly Stop[]): PaletteTable {
  const table = new Uint8Array(768);
  for (let level = 0; level < 256; level += 1) {
    const at = level / 255;
    const next = stops.findIndex(([position]) => position >= at);
    const after = stops[next] ?? [1, 0, 0, 0];
    const before = stops[Math.max(0, next - 1)] ?? after;
    const share = after[0] === before[0] ? 0 : (at - before[0]) / (after[0] - before[0]);
    for (const channel of [1, 2, 3] as const) {
      table[level * 3 + channel - 1] = Math.round(before[channel] + share * (after[channel] - before[channel]));
    }
  }
  return table;
}
