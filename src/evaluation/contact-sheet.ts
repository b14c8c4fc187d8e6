import sharp from 'sharp';
import type { ColourPicture, GreyPicture } from './pictures.js';

/** Pixels of a tile; pictures of any shape are fitted to it, so that a sheet stays a table. */
const [TILE_WIDTH, TILE_HEIGHT] = [190, 142];
/** Rows of one sheet. */
export const SHEET_ROWS = 12;

/** Tiles of one row, made small at once so that a long run holds no full pictures. */
export type SheetRow = readonly Buffer[];

/** Makes the tiles of a row; a picture that there is not becomes black. */
export function sheetRow(pictures: readonly (ColourPicture | GreyPicture | undefined)[]): Promise<SheetRow> {
  return Promise.all(pictures.map(tile));
}

/** Puts at most `SHEET_ROWS` rows below one another: a JPEG to be looked at. */
export function contactSheet(rows: readonly SheetRow[]): Promise<Buffer> {
  const width = TILE_WIDTH * Math.max(1, ...rows.map((row) => row.length));
  const tiles = rows.flatMap((row, y) =>
    row.map((input, x) => ({ input, raw: RAW, left: x * TILE_WIDTH, top: y * TILE_HEIGHT })),
  );
  return sharp({ create: { width, height: TILE_HEIGHT * Math.max(1, rows.length), channels: 3, background: 'black' } })
    .composite(tiles)
    .jpeg({ quality: 84 })
    .toBuffer();
}

const RAW = { width: TILE_WIDTH, height: TILE_HEIGHT, channels: 3 } as const;

async function tile(picture: ColourPicture | GreyPicture | undefined): Promise<Buffer> {
  if (picture === undefined) return Buffer.alloc(TILE_WIDTH * TILE_HEIGHT * 3);
  const { pixels, size } = picture;
  const channels = pixels.length === size.width * size.height ? 1 : 3;
  const { data } = await sharp(pixels, { raw: { ...size, channels } })
    .resize(TILE_WIDTH, TILE_HEIGHT, { fit: 'fill' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data;
}
