/** Writes events for programs: one JSON object a line, its name first. */
export function jsonEvents(stream: NodeJS.WritableStream): (name: string, body: object) => void {
  return (name, body) => {
    stream.write(`${JSON.stringify({ event: name, ...body })}\n`);
  };
}
