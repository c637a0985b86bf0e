/** The other end of a WebSocket (RFC 6455), as far as short texts go. */

import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Of RFC 6455, section 1.3. */
const KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** @param answer to a text of at most 125 bytes, as short; null for none */
export function answerSocket(
  { headers }: IncomingMessage,
  socket: Duplex,
  answer: (text: string) => Promise<string | null>,
): void {
  const key = headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1")
    .update(key + KEY_SUFFIX)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on("error", () => socket.destroy());
  socket.on("data", (frame: Buffer): void => {
    const [head = 0, length = 0] = frame;
    if ((head & 15) !== 1) {
      socket.destroy();
      return;
    }
    const mask = frame.subarray(2, 6);
    const text = frame.subarray(6, 6 + (length & 127)).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
    void answer(Buffer.from(text).toString()).then((reply) => {
      if (reply === null || socket.destroyed) return;
      const body = Buffer.from(reply);
      socket.write(Buffer.concat([Buffer.from([0x81, body.length]), body]));
    });
  });
}
