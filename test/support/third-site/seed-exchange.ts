/** A third site, unlike a shop or a forum in words and markup: people swap packets of garden seeds for acorns. */

import { createRandom } from "../../../src/core/random.ts";

export interface Seed {
  slug: string;
  code: string;
  name: string;
  latin: string;
  bed: string;
  acorns: number;
  height: number;
  packets: number;
  thanks: number;
  sowing: string;
  harvest: string;
  notes: { by: string; text: string }[];
}

const BEDS = ["Root Corner", "Leaf Terrace", "Herb Wall", "Flower Meadow", "Vine Trellis"];
const FIRST = "Amber Briar Cedar Dusky Ember Frost Gilded Hollow Ivory Jolly".split(" ");
const SECOND = "Parsnip Sorrel Lovage Borage Runner Chicory Skirret Tansy Melilot Yarrow".split(
  " ",
);

function slugOf(text: string): string {
  return text.toLowerCase().replaceAll(" ", "-");
}

/** Forty kinds of seed in five beds, the same every time. */
export function growSeeds(): Seed[] {
  const random = createRandom("seed exchange");
  return Array.from({ length: 40 }, (_, i) => {
    const name = `${FIRST[i % 10]} ${SECOND[(i * 3 + Math.floor(i / 10)) % 10]}`;
    return {
      slug: slugOf(name),
      code: `pk${300 + i * 7}`,
      name,
      latin: `${(FIRST[(i + 3) % 10] as string).toLowerCase()}us ${(SECOND[(i + 5) % 10] as string).toLowerCase()}ensis`,
      bed: BEDS[i % 5] as string,
      acorns: 3 + random.int(40),
      height: 10 + random.int(190),
      packets: 5 + random.int(30),
      thanks: random.int(20),
      sowing: `Sow ${1 + random.int(6)} cm deep in week ${1 + random.int(50)}.`,
      harvest: `Pick after ${30 + random.int(90)} days.`,
      notes: Array.from({ length: random.int(3) }, () => ({
        by: random.pick(["Orla", "Tam", "Wren"]),
        text: `It ${random.pick(["thrived", "sulked", "climbed"])} in my ${random.pick(["clay", "chalk", "peat"])}.`,
      })),
    };
  });
}

interface Answer {
  status: number;
  location: string | null;
  html: string;
}

/** The site with one visitor's state. */
export class SeedExchange {
  readonly #seeds = growSeeds();
  readonly #basket = new Map<string, number>();

  answer(method: string, address: string, fields: readonly [string, string][]): Answer {
    const url = new URL(address);
    const parts = url.pathname.split("/").filter((part) => part !== "");
    const field = (name: string): string => fields.find(([key]) => key === name)?.[1] ?? "";
    if (method === "POST") return this.#change(parts, field);
    if (parts.length === 0) return this.#page("Seed exchange", this.#home());
    if (parts[0] === "basket") return this.#page("Your basket", this.#basketPage());
    if (parts[0] === "find") return this.#find(url.searchParams);
    if (parts[0] === "beds") return this.#bed(parts[1] ?? "", url.searchParams);
    const seed = this.#seeds.find(({ slug }) => slug === parts[1]);
    if (parts[0] === "seeds" && seed !== undefined)
      return this.#page(seed.name, this.#detail(seed));
    return { status: 404, location: null, html: "<!doctype html><title>Lost</title><h2>Lost</h2>" };
  }

  #change(parts: string[], field: (name: string) => string): Answer {
    const go = (location: string): Answer => ({ status: 303, location, html: "" });
    if (parts[0] === "basket") {
      const code = field("kind");
      if (parts[1] === "drop") this.#basket.delete(code);
      else this.#basket.set(code, (this.#basket.get(code) ?? 0) + Number(field("packets")));
      return go("/basket");
    }
    const seed = this.#seeds.find(({ slug }) => slug === parts[1]);
    if (seed === undefined) return { status: 404, location: null, html: "<h2>Lost</h2>" };
    if (parts[2] === "thank") seed.thanks++;
    else seed.notes.push({ by: "Me", text: field("note") });
    return go(`/seeds/${seed.slug}`);
  }

  #page(title: string, body: string): Answer {
    const packets = [...this.#basket.values()].reduce((sum, n) => sum + n, 0);
    const beds = BEDS.map(
      (bed) => `<span class="way"><a href="/beds/${slugOf(bed)}">${bed}</a></span>`,
    );
    const html = `<!doctype html><html lang="en"><head><title>${title}</title></head><body>
<div class="top"><a href="/">Seed exchange</a> <a class="bag" href="/basket">Basket: ${packets} packets</a>
<form action="/find"><input type="search" name="words" aria-label="Words"><button>Find</button></form>
<nav>${beds.join("")}</nav></div><div class="middle">${body}</div></body></html>`;
    return { status: 200, location: null, html };
  }

  #home(): string {
    return `<h2>Welcome, gardener</h2><p>Choose a bed above, or find seeds by words.</p>`;
  }

  #plot(seed: Seed): string {
    return `<div class="plot"><h3><a href="/seeds/${seed.slug}">${seed.name}</a></h3><i class="latin">${seed.latin}</i>
<span class="cost">${seed.acorns} acorns</span><span class="tall">${seed.height} cm</span></div>`;
  }

  #bed(slug: string, params: URLSearchParams): Answer {
    const bed = BEDS.find((name) => slugOf(name) === slug);
    if (bed === undefined) return this.answer("GET", "http://x.test/nowhere", []);
    const seeds = this.#seeds.filter((seed) => seed.bed === bed);
    const arrange = params.get("arrange");
    if (arrange === "cheapest") seeds.sort((a, b) => a.acorns - b.acorns);
    if (arrange === "tallest") seeds.sort((a, b) => b.height - a.height);
    return this.#page(
      bed,
      `<h2>${bed}</h2><p class="tally">${seeds.length} kinds grow here</p>
<a href="/beds/${slug}?arrange=cheapest">Cheapest first</a> <a href="/beds/${slug}?arrange=tallest">Tallest first</a>
<input type="text" id="sieve" aria-label="Sieve"><div class="plots">${seeds.map((seed) => this.#plot(seed)).join("")}</div>`,
    );
  }

  #find(params: URLSearchParams): Answer {
    const words = (params.get("words") ?? "").trim();
    const found = this.#seeds.filter(({ name }) =>
      name.toLowerCase().includes(words.toLowerCase()),
    );
    return this.#page(
      `Found for ${words}`,
      `<h2>Found for “${words}”</h2><p class="tally">${found.length} kinds</p><div class="plots">${found
        .map((seed) => this.#plot(seed))
        .join("")}</div>`,
    );
  }

  #detail(seed: Seed): string {
    const notes = seed.notes.map(
      ({ by, text }) => `<div class="note"><b>${by}</b> <q>${text}</q></div>`,
    );
    return `<h2>${seed.name}</h2><i class="latin">${seed.latin}</i>
<dl><dt>Bed</dt><dd class="bed"><a href="/beds/${slugOf(seed.bed)}">${seed.bed}</a></dd><dt>Cost</dt><dd class="cost">${seed.acorns} acorns</dd></dl>
<form method="post" action="/basket/put"><input type="hidden" name="kind" value="${seed.code}">
<input type="number" name="packets" value="1" min="1" aria-label="Packets"><button type="button" class="more">One more</button><button>Put in basket</button></form>
<form method="post" action="/seeds/${seed.slug}/thank"><button>Thank the grower</button> <span class="thanks">thanked ${seed.thanks} times</span></form>
<div role="tablist"><button role="tab" type="button" id="t-sow" aria-controls="p-sow" aria-selected="true">Sowing</button><button role="tab" type="button" id="t-pick" aria-controls="p-pick" aria-selected="false">Harvest</button></div>
<div role="tabpanel" id="p-sow" class="sheet">${seed.sowing}</div><div role="tabpanel" id="p-pick" class="sheet" hidden>${seed.harvest}</div>
<h3>Notes (${seed.notes.length})</h3><div class="notes">${notes.join("")}</div>
<form method="post" action="/seeds/${seed.slug}/notes"><textarea name="note" aria-label="Your note"></textarea><button>Pin note</button></form>`;
  }

  #basketPage(): string {
    if (this.#basket.size === 0)
      return `<h2>Your basket</h2><p class="bare">Nothing in it yet.</p>`;
    let total = 0;
    const rows = [...this.#basket].map(([code, packets]) => {
      const seed = this.#seeds.find((other) => other.code === code) as Seed;
      total += seed.acorns * packets;
      return `<tr class="line"><td><a href="/seeds/${seed.slug}">${seed.name}</a></td><td class="each">${seed.acorns}</td><td class="count">${packets}</td><td class="sum">${seed.acorns * packets}</td>
<td><form method="post" action="/basket/drop"><input type="hidden" name="kind" value="${code}"><button>Take out ${seed.name}</button></form></td></tr>`;
    });
    return `<h2>Your basket</h2><table><tbody>${rows.join("")}</tbody></table><p class="whole">In all ${total} acorns</p>`;
  }
}
