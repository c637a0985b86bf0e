import type { SiteAccount } from "./site-provider.ts";

/** What users write for their own application. */
export interface SiteApplication {
  /** Its name in tasks. */
  readonly site: string;
  /** Its origin in tasks and observations: `http://shop.test`. The application must build links from `Host`. */
  readonly origin: string;
  /**
   * Files and folders, in an instance's folder, that hold all its state. A reset replaces them while the application
   * serves, so it must open them again for each request. A reset removes additional files in a named folder.
   */
  readonly stateFiles: readonly string[];
  /**
   * For state outside of these files, such as a database server: resets the data of this folder's instance to the
   * world's start. Awaited before each episode, after the files are replaced. `stateFiles` may be empty then.
   * Instances run in parallel, each in its own folder. A database named after the folder keeps them apart.
   */
  reset?(options: { folder: string; seed: number }): Promise<void>;
  /** Visitors cannot change anything: episodes of a world share its server, and a reset does nothing. */
  readonly readOnly?: boolean;
  /** See `SiteProvider.missing`. */
  missing(): Promise<string | null>;
  /** See `SiteProvider.packages`. */
  readonly packages?: readonly string[];
  /** Writes a world's state files into a folder. They depend on the seed only. */
  seed(options: { seed: number; folder: string }): Promise<void>;
  /** Serves an instance's folder on loopback until its disposal or the end of this process. */
  serve(options: { folder: string }): Promise<AsyncDisposable & { address: string }>;
  /** Accounts of the world. Episodes are logged in as the first. */
  accounts(seed: number): readonly Omit<SiteAccount, "site">[];
  /** Session cookies of the first account, whose session is part of the seeded state: logging in costs no request. */
  sessionCookies(seed: number): readonly { name: string; value: string }[];
}
