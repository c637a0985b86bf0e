/// <reference lib="dom" />
/** Encodes pictures as the frames of a video, with the browser's own encoder. Runs in a page of its own. */

export interface EncodedFrame {
  base64: string;
  isKey: boolean;
  width: number;
  height: number;
}

/** Self-contained: the page gets it as text. */
export function installFrameEncoder(name: string): void {
  /** VP8 wants even sizes. */
  const even = (pixels: number): number => pixels - (pixels % 2);
  const KEY_EVERY = 30;
  let canvas: OffscreenCanvas | null = null;
  let encoder: VideoEncoder | null = null;
  let count = 0;
  let chunks: EncodedVideoChunk[] = [];
  let failure: Error | null = null;
  const open = (width: number, height: number): OffscreenCanvas => {
    encoder = new VideoEncoder({
      output: (chunk) => chunks.push(chunk),
      error: (error) => {
        failure = error;
      },
    });
    encoder.configure({ codec: "vp8", width, height, bitrate: 2_000_000, latencyMode: "realtime" });
    return new OffscreenCanvas(width, height);
  };
  const toBase64 = (chunk: EncodedVideoChunk): string => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const encode = async (png: string, timeMs: number): Promise<EncodedFrame[]> => {
    const answer = await fetch(`data:image/png;base64,${png}`);
    const image = await createImageBitmap(await answer.blob());
    canvas ??= open(even(image.width), even(image.height));
    const { width, height } = canvas;
    const context = canvas.getContext("2d");
    const scale = Math.min(width / image.width, height / image.height);
    context?.clearRect(0, 0, width, height);
    context?.drawImage(image, 0, 0, image.width * scale, image.height * scale);
    const frame = new VideoFrame(canvas, { timestamp: Math.round(timeMs * 1000) });
    encoder?.encode(frame, { keyFrame: count++ % KEY_EVERY === 0 });
    frame.close();
    image.close();
    await encoder?.flush();
    if (failure !== null) throw failure;
    const done = chunks;
    chunks = [];
    return done.map((chunk) => ({
      base64: toBase64(chunk),
      isKey: chunk.type === "key",
      width,
      height,
    }));
  };
  Object.assign(window, { [name]: encode });
}
