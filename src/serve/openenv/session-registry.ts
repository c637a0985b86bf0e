/** All sessions of a server: how many there may be, who has been silent too long, and their environments. */

import { randomUUID } from "node:crypto";
import { EnvSlot } from "./env-slot.ts";
import type { ServedWorld } from "./served-world.ts";
import { Session } from "./session.ts";
import { WireError } from "./wire.ts";

export interface SessionLimits {
  /** Sessions at the same time, each with an environment of its own. */
  maxSessions: number;
  /** A session without a message for so long is ended, in ms. */
  idleTimeoutMs: number;
  /** How long one reset or step may take, in ms. */
  stepTimeoutMs: number;
}

interface Entry {
  session: Session;
  timer: ReturnType<typeof setTimeout>;
  onIdle: () => void;
}

export class SessionRegistry implements AsyncDisposable {
  readonly #world: ServedWorld;
  readonly #limits: SessionLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #free: EnvSlot[];
  readonly #slots: readonly EnvSlot[];
  #turns = 0;
  #isClosed = false;

  constructor(world: ServedWorld, limits: SessionLimits) {
    this.#world = world;
    this.#limits = limits;
    this.#slots = Array.from(
      { length: limits.maxSessions },
      (_, index) => new EnvSlot(world, index),
    );
    this.#free = this.#slots.toReversed();
  }

  get size(): number {
    return this.#limits.maxSessions - this.#free.length;
  }

  /** @param onIdle called when the session was silent too long, after its end. @throws WireError at capacity */
  open(onIdle: () => void = () => {}): Session {
    const slot = this.#isClosed ? undefined : this.#free.pop();
    const { maxSessions, idleTimeoutMs, stepTimeoutMs } = this.#limits;
    if (slot === undefined)
      throw new WireError(
        "CAPACITY_REACHED",
        `All ${maxSessions} sessions are in use. Close one, or start the server with a higher --max-sessions.`,
        { active_sessions: this.size, max_sessions: maxSessions },
      );
    const id = randomUUID();
    const nextTurn = (): number => this.#turns++;
    const session = new Session({ id, world: this.#world, slot, nextTurn, stepTimeoutMs });
    const timer = setTimeout(() => void this.close(id).then(onIdle), idleTimeoutMs);
    timer.unref();
    this.#entries.set(id, { session, timer, onIdle });
    return session;
  }

  /** Undefined for a session that has ended. A session that is looked up has been active. */
  find(id: string): Session | undefined {
    const entry = this.#entries.get(id);
    entry?.timer.refresh();
    return entry?.session;
  }

  /** Ends a session. False if there is none with this id. Its environment serves the next session. */
  async close(id: string): Promise<boolean> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    clearTimeout(entry.timer);
    await entry.session.settle();
    this.#free.push(entry.session.slot);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
    await Promise.all(this.#slots.map((slot) => slot[Symbol.asyncDispose]()));
  }
}
