/** Wakes up whoever waits for something to change. */
export class ChangeSignal {
  #wake: (() => void) | null = null;
  #next: Promise<void> | null = null;

  /** The next change after this call. */
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
