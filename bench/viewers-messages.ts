/** What the serving process says: where it is, once; then what each stretch cost it. */
export type ServerSays = { readonly address: string } | { readonly processorMs: number };

/** What it is told: to watch its own use of the processor for so long. */
export interface ServerIsTold {
  readonly measureMs: number;
}
