/** `nobody` on every Unix. */
const NOBODY = 65_534;

/** Runs something without the rights of root, which no permission stops. Leaves other users what they are. */
export async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  const user = process.geteuid?.();
  if (user === 0) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (user === 0) process.seteuid?.(0);
  }
}
