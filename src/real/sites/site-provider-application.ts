/**
 * Creates a provider for an application with its state in files. Each running episode has an instance (a folder and its
 * server). A reset copies the world's files over it, and new episodes reuse the instances of ended ones. For a
 * read-only application, one server on the world's own files serves all episodes.
 */

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boundary, SiteError } from "../../core/errors.ts";
import { checkApplication, checkCookies, checkSeeded, checkServing } from "./check-application.ts";
import { InstanceState } from "./instance-state.ts";
import { resetInstance } from "./reset-instance.ts";
import type { SiteApplication } from "./site-application.ts";
import type { SiteControl, SiteCounts, SiteEpisode } from "./site-control.ts";
import { EPISODE_HEADER } from "./site-control.ts";
import {
  type ProvidedSites,
  seedOf,
  type SiteAccount,
  type SiteProvider,
  type StartSitesOptions,
} from "./site-provider.ts";
import { createEpisodeProxy, type ProxyTarget } from "./site-provider-proxy.ts";

export interface ApplicationProviderOptions {
  /** Called for requests that the application did not answer. */
  log?: (line: string) => void;
}

/** @throws ConfigError for an invalid site name, origin or list of state files */
export function provideApplication(
  application: SiteApplication,
  { log = () => {} }: ApplicationProviderOptions = {},
): SiteProvider {
  const { site, origin, packages } = application;
  checkApplication(application);
  return {
    sites: { [site]: origin },
    ...(packages && { packages }),
    missing: () => application.missing(),
    start: (options) =>
      boundary(SiteError, `start of ${site}`, async () => {
        const folder = await mkdtemp(join(tmpdir(), "dreamgym-"));
        const served = new ServedApplication(application, options, folder, log);
        try {
          await served.open();
          return served;
        } catch (error) {
          await served[Symbol.asyncDispose]();
          throw error;
        }
      }),
  };
}

const HOST = "127.0.0.1";

interface Instance extends ProxyTarget {
  state: InstanceState;
}

type Server = Awaited<ReturnType<SiteApplication["serve"]>>;

interface RunningEpisode {
  world: string;
  /** null once the episode has ended. Its counts stay. */
  instance: Instance | null;
  counts: SiteCounts;
}

class ServedApplication implements ProvidedSites {
  readonly origins: ProvidedSites["origins"] = {};
  readonly control: SiteControl;
  readonly #application: SiteApplication;
  readonly #options: StartSitesOptions;
  readonly #folder: string;
  readonly #proxy;
  /** Seed by label. A snapshot has the seed of its origin. */
  readonly #worlds: Record<string, number>;
  readonly #episodes = new Map<string, RunningEpisode>();
  readonly #servers: Server[] = [];
  /** By the label of the world, if it is read-only. */
  readonly #sharedServers = new Map<string, Promise<Server>>();
  readonly #idle: Instance[] = [];
  /** State of visitors without a token. It opens at the first visit. */
  #visitor: Promise<Instance> | null = null;
  readonly #visitorCounts: SiteCounts = { pages: 0, assets: 0 };
  #started = 0;

  constructor(
    application: SiteApplication,
    options: StartSitesOptions,
    folder: string,
    log: (line: string) => void,
  ) {
    this.#application = application;
    this.#options = options;
    this.#folder = folder;
    this.#worlds = { ...options.worlds };
    this.#proxy = createEpisodeProxy({
      targetOf: async (token) =>
        token === null
          ? await (this.#visitor ??= this.#openVisitor())
          : (this.#episodes.get(token)?.instance ?? null),
      log,
    });
    this.control = {
      startEpisode: (world) => this.#startEpisode(world),
      resetEpisode: (token) => this.#resetEpisode(token),
      endEpisode: (token) => this.#endEpisode(token),
      counts: () => this.#counts(),
      health: () =>
        Promise.resolve({ ok: true, worlds: Object.keys(this.#worlds), pid: process.pid }),
      [Symbol.dispose]: () => {},
    };
  }

  async open(): Promise<void> {
    const { site } = this.#application;
    for (const [label, seed] of Object.entries(this.#worlds)) {
      const folder = this.#worldFolder(label);
      await mkdir(folder);
      await boundary(SiteError, `seed ${seed} of ${site}`, async () =>
        this.#application.seed({ seed, folder }),
      );
      await checkSeeded(this.#application, folder);
      await boundary(SiteError, `sessionCookies of ${site}`, async () =>
        checkCookies(site, this.#application.sessionCookies(seed)),
      );
    }
    // Reports a broken server now, and not in the first episode, which will take this instance.
    const [first] = Object.keys(this.#worlds);
    if (first !== undefined) {
      const instance = await this.#openInstance(first);
      await this.#toStart(instance, first);
      if (this.#application.readOnly !== true) this.#idle.push(instance);
    }
    const port = this.#options.port ?? 0;
    await new Promise<void>((resolve, reject) => {
      this.#proxy.server.once("error", (error: NodeJS.ErrnoException) => {
        const reason = error.code ?? error.message;
        reject(
          new SiteError(
            `Expected port ${port} to be free and usable, got ${reason}. Choose another port, or 0 for any free one.`,
          ),
        );
      });
      this.#proxy.server.listen(port, HOST, resolve);
    });
    const { origin } = this.#application;
    const address = `${HOST}:${(this.#proxy.server.address() as AddressInfo).port}`;
    this.origins[site] = { origin, address };
  }

  accounts(world: string): readonly SiteAccount[] {
    const { site } = this.#application;
    const accounts = this.#application.accounts(seedOf(this.#worlds, world));
    return accounts.map((account) => ({ site, ...account }));
  }

  async snapshot(token: string, label: string): Promise<void> {
    const { world, instance } = this.#running(token);
    if (label in this.#worlds || !/^\w+$/u.test(label))
      throw new SiteError(
        `Expected a new label of letters and digits, got "${label}". Choose another for the snapshot.`,
      );
    if (this.#application.reset !== undefined)
      throw new SiteError(
        `A snapshot of ${this.#application.site} would hold its files alone: it also keeps state elsewhere, which its reset() fills. Start episodes in its worlds.`,
      );
    await Promise.all(instance.underWay);
    const folder = this.#worldFolder(label);
    await mkdir(folder);
    await this.#stateOf(folder).copyFrom(instance.state.folder);
    this.#worlds[label] = seedOf(this.#worlds, world);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#visitor?.catch(() => null);
    this.#proxy.server.close();
    this.#proxy.server.closeAllConnections();
    await Promise.allSettled(this.#sharedServers.values());
    await Promise.all(this.#servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #startEpisode(world: string): Promise<SiteEpisode> {
    seedOf(this.#worlds, world);
    const instance = this.#idle.pop() ?? (await this.#openInstance(world));
    const counts = { pages: 0, assets: 0 };
    const token = `${world}-${++this.#started}`;
    // Requests that the instance's last episode still sends count for that episode.
    await this.#toStart(instance, world);
    instance.counts = counts;
    this.#episodes.set(token, { world, instance, counts });
    return this.#identity(token, world);
  }

  async #resetEpisode(token: string): Promise<SiteEpisode> {
    const { world, instance } = this.#running(token);
    await this.#toStart(instance, world);
    return this.#identity(token, world);
  }

  #endEpisode(token: string): Promise<SiteCounts> {
    const { instance, counts } = this.#running(token);
    const episode = this.#episodes.get(token) as RunningEpisode;
    episode.instance = null;
    if (this.#application.readOnly !== true) this.#idle.push(instance);
    return Promise.resolve(counts);
  }

  #identity(token: string, world: string): SiteEpisode {
    const { site } = this.#application;
    const cookies = this.#application.sessionCookies(seedOf(this.#worlds, world));
    return {
      token,
      headers: { [EPISODE_HEADER]: token },
      cookies: cookies.map((cookie) => ({ site, ...cookie })),
    };
  }

  #running(token: string): RunningEpisode & { instance: Instance } {
    const episode = this.#episodes.get(token);
    if (episode !== undefined && episode.instance !== null)
      return { ...episode, instance: episode.instance };
    throw new SiteError(
      `Expected the token of a running episode, got ${token}. Start another episode.`,
    );
  }

  /** Resets to the world's start, once no request is being answered from the old state. */
  async #toStart(instance: Instance, world: string): Promise<void> {
    await resetInstance({
      ...instance,
      application: this.#application,
      worldFolder: this.#worldFolder(world),
      seed: seedOf(this.#worlds, world),
    });
  }

  async #openInstance(world: string): Promise<Instance> {
    const { state, address } = await this.#stateAndServer(world);
    return { state, address, counts: { pages: 0, assets: 0 }, underWay: new Set() };
  }

  async #stateAndServer(world: string): Promise<{ state: InstanceState; address: string }> {
    const worldFolder = this.#worldFolder(world);
    if (this.#application.readOnly === true) {
      const server = this.#sharedServers.get(world) ?? this.#serve(worldFolder);
      this.#sharedServers.set(world, server);
      return { state: this.#stateOf(worldFolder), address: (await server).address };
    }
    const state = this.#stateOf(await mkdtemp(join(this.#folder, "instance-")));
    await state.copyFrom(worldFolder);
    return { state, address: (await this.#serve(state.folder)).address };
  }

  #stateOf(folder: string): InstanceState {
    return new InstanceState(folder, this.#application.stateFiles);
  }

  async #serve(folder: string): Promise<Server> {
    const { site } = this.#application;
    const server = await boundary(SiteError, `serve of ${site}`, async () =>
      this.#application.serve({ folder }),
    );
    this.#servers.push(server);
    await checkServing(site, server.address);
    return server;
  }

  async #openVisitor(): Promise<Instance> {
    const [world = ""] = Object.keys(this.#worlds);
    const instance = this.#idle.pop() ?? (await this.#openInstance(world));
    await this.#toStart(instance, world);
    instance.counts = this.#visitorCounts;
    return instance;
  }

  #worldFolder(label: string): string {
    return join(this.#folder, `world-${label}`);
  }

  async #counts(): ReturnType<SiteControl["counts"]> {
    await Promise.all(this.#proxy.abandoned);
    const episodes: Record<string, SiteCounts> = {};
    const total = { ...this.#visitorCounts };
    for (const [token, { counts }] of this.#episodes) {
      episodes[token] = { ...counts };
      total.pages += counts.pages;
      total.assets += counts.assets;
    }
    return { episodes, visitor: { ...this.#visitorCounts }, total };
  }
}
