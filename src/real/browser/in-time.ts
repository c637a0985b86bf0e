/** Waits for work no longer than it may take. @returns `otherwise` if it takes longer; nobody sees a later failure */
export async function inTime<T>(work: Promise<T>, longestMs: number, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, longestMs, otherwise);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => null);
  }
}
