/** Wakes up everybody who waits for a change. */
export class ChangeSignal {
  #wake: (() => void) | null = null;
  #next: Promise<void> | null = null;

  /** Resolves at the next change after this call. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#next;
  }

  fire(): void {
    const wake = this.#wake;
    this.#next = null;
    this.#wake = null;
    wake?.();
  }
}
