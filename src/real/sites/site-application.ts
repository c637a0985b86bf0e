import type { SiteAccount } from "./site-provider.ts";

/** What a user writes for an application of their own. */
export interface SiteApplication {
  /** Its name in tasks. */
  readonly site: string;
  /** As tasks and observations name it: `http://shop.test`. The application must make its links from the `Host` it is asked by. */
  readonly origin: string;
  /**
   * Names of files and folders, in an instance's folder, that hold all its state. A reset replaces them while the
   * application serves, so it must open them anew for each request. In a folder, files that came are removed.
   */
  readonly stateFiles: readonly string[];
  /**
   * For state outside of these files, such as a database server: brings what the instance in this folder uses to the
   * world's start. Called before each episode, after the files are replaced, and awaited; then `stateFiles` may be empty.
   * Instances run at the same time, each in a folder of its own: a database named after the folder keeps them apart.
   */
  reset?(options: { folder: string; seed: number }): Promise<void>;
  /** Whoever visits it can change nothing: episodes of a world share its server, and a reset has nothing to do. */
  readonly readOnly?: boolean;
  /** See `SiteProvider.missing`. */
  missing(): Promise<string | null>;
  /** See `SiteProvider.packages`. */
  readonly packages?: readonly string[];
  /** Writes the state files of a world into a folder: a function of the seed alone. */
  seed(options: { seed: number; folder: string }): Promise<void>;
  /** Serves an instance's folder on loopback, until it is disposed of or this process ends. */
  serve(options: { folder: string }): Promise<AsyncDisposable & { address: string }>;
  /** Of the world; the first is whom episodes are logged in as. */
  accounts(seed: number): readonly Omit<SiteAccount, "site">[];
  /** Cookies that stand for a session of the first account, kept in the seeded state: logging in costs no request. */
  sessionCookies(seed: number): readonly { name: string; value: string }[];
}
