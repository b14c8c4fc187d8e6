/**
 * The gain control that one would write first: count the levels, cut one in a hundred pixels off either end, stretch
 * the rest by a table. Each frame alone, nothing else looked at.
 *
 * @param levels of `counts`: 256 or 65536
 * @param grey receives as many pixels
 */
export function plainGain(counts: Uint8Array | Uint16Array, levels: number, grey: Uint8Array): void {
  const histogram = new Uint32Array(levels);
  for (const count of counts) histogram[count] = (histogram[count] ?? 0) + 1;
  const cut = counts.length / 100;
  let low = 0;
  for (let below = 0; below + (histogram[low] ?? 0) < cut; low += 1) below += histogram[low] ?? 0;
  let high = levels - 1;
  for (let above = 0; above + (histogram[high] ?? 0) < cut; high -= 1) above += histogram[high] ?? 0;
  const table = new Uint8ClampedArray(levels);
  for (let level = 0; level < levels; level += 1) table[level] = (255 * (level - low)) / Math.max(1, high - low);
  for (let index = 0; index < counts.length; index += 1) grey[index] = table[counts[index] ?? 0] ?? 0;
}
