import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of some bytes that says it is this large, and after unpacking is. */
export function pngBomb(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(32 * 1024 * 1024));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

/** A true JPEG that is a web page as well. */
export async function jpegAndPage(): Promise<Buffer> {
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#7799bb' } })
    .jpeg()
    .toBuffer();
  return Buffer.concat([photo, Buffer.from('<html><script>alert(document.cookie)</script></html>')]);
}

/** A drawing that asks for a file of this machine. */
export const DRAWING_WITH_FILE = Buffer.from(
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><text>&file;</text></svg>',
);

/** Begins as a GIF and as a script. */
export const GIF_AND_SCRIPT = Buffer.from('GIF89a/*\x01\x00\x01\x00\x00\x00\x00*/=alert(1);', 'latin1');
