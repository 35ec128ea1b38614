import { setTimeout as pause } from "node:timers/promises";
import { AriServer, type Arrival } from "./ari-server.ts";
import { Child } from "./child.ts";
import { CoachPage } from "./coach-page.ts";
import { ariPbx, Earshot } from "./earshot.ts";
import { Line } from "./line.ts";
import { stories } from "./recording.ts";
import type { Row } from "./table.ts";
import { compared } from "./table.ts";

const PAIRS = 2_000;
const WARM_UP = 100;
/** Nothing of the press before is under way any more, on either side: a finger is slower still. */
const REST_MS = 5;
const AGENT = "2001";
const SUPERVISOR = "3001";

interface Taken {
  readonly first: number;
  readonly last: number;
  readonly requests: readonly string[];
}

/**
 * 1: from the GET of a press (Unmute in Coach) to the first and the last ARI request that it causes. Both sides talk to an
 * ARI server of the bench that notes when each request arrives; each has its own, with the same call.
 */
export async function press(): Promise<Row[]> {
  const [floor, earshot] = [await Floor.start(), await Gateway.start()];
  const taken = { floor: [] as Taken[], earshot: [] as Taken[] };
  try {
    for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
      const turns = [
        { side: "floor", press: () => floor.press() },
        { side: "earshot", press: () => earshot.press() },
      ] as const;
      for (const { side, press: once } of pair % 2 === 0 ? turns : [...turns].reverse()) {
        await pause(REST_MS);
        const one = await once();
        if (pair >= 0) taken[side].push(one);
      }
    }
  } finally {
    await earshot.stop();
    await floor.stop();
  }
  const [least, most] = [taken.floor[0]?.requests ?? [], taken.earshot[0]?.requests ?? []];
  const same = least.join() === most.join();
  if (!same) console.error(`earshot makes other requests than the floor:\n${least.join("\n")}\n\n${most.join("\n")}`);
  const count = same ? `of ${least.length}` : `of ${most.length}, the floor of ${least.length}`;
  const of = (side: "floor" | "earshot", what: "first" | "last") => taken[side].map((each) => each[what]);
  return [
    compared("press to first ARI request", "ms", of("floor", "first"), of("earshot", "first"), "1.1"),
    compared(`press to last ARI request (${count})`, "ms", of("floor", "last"), of("earshot", "last")),
  ];
}

/** What a press caused, with what the requests are called where they have no names of their own. */
function caused(arrivals: readonly Arrival[], sentAt: number): Taken {
  // Leases are renewed by time, not by presses.
  const own = arrivals.filter(({ method, path }) => !(method === "POST" && path.endsWith("/variable")));
  const kind = ({ method, path }: Arrival) => `${method}:${path.replace(/\/[^/]*\d[^/]*/g, "/…")}`;
  return {
    first: (own[0]?.at ?? Number.NaN) - sentAt,
    last: (own.at(-1)?.at ?? Number.NaN) - sentAt,
    requests: own.map(kind).sort(),
  };
}

class Floor {
  readonly #ari: AriServer;
  readonly #child: Child;
  readonly #origin: string;
  readonly #line: Line;

  private constructor(ari: AriServer, child: Child, origin: string) {
    this.#ari = ari;
    this.#child = child;
    this.#origin = origin;
    this.#line = new Line(origin);
  }

  static async start(): Promise<Floor> {
    const ari = new AriServer();
    const url = await ari.start();
    const call = stories().dial.talking(1, AGENT);
    ari.list([call]);
    ari.addOwn("supervisor-1", `PJSIP/${SUPERVISOR}-sup-00000009`);
    const agent = call.channels.find(({ id }) => id.endsWith(".3"))?.id ?? "";
    const child = Child.script("floor-press.ts", [url, agent, "supervisor-1"]);
    return new Floor(ari, child, await child.start());
  }

  async press(): Promise<Taken> {
    this.#ari.forget();
    const { sentAt } = await this.#line.get(`${this.#origin}/unmute`);
    const taken = caused(this.#ari.arrivals, sentAt);
    await this.#line.get(`${this.#origin}/mute`);
    await this.#ari.until("the floor's mouth to be gone", () => this.#ari.own.length === 1);
    return taken;
  }

  async stop(): Promise<void> {
    this.#line.close();
    await this.#child.stop();
    await this.#ari.stop();
  }
}

class Gateway {
  readonly #ari: AriServer;
  readonly #earshot: Earshot;
  readonly #page: CoachPage;
  readonly #standing: number;

  private constructor(ari: AriServer, earshot: Earshot, page: CoachPage) {
    this.#ari = ari;
    this.#earshot = earshot;
    this.#page = page;
    this.#standing = ari.own.length;
  }

  static async start(): Promise<Gateway> {
    const ari = new AriServer();
    const url = await ari.start();
    ari.list([stories().dial.talking(1, AGENT)]);
    const earshot = new Earshot({ pbx: ariPbx(url), ...CoachPage.people(SUPERVISOR, AGENT) });
    await earshot.start();
    return new Gateway(ari, earshot, await CoachPage.open(earshot, SUPERVISOR, AGENT));
  }

  async press(): Promise<Taken> {
    this.#ari.forget();
    const { sentAt } = await this.#page.press("Unmute");
    await this.#page.heard();
    const taken = caused(this.#ari.arrivals, sentAt);
    await this.#page.press("Mute");
    await this.#ari.until("earshot's mouth to be gone", () => this.#ari.own.length === this.#standing);
    await this.#page.until("Unmute");
    return taken;
  }

  async stop(): Promise<void> {
    await this.#page.stop();
    await this.#earshot.remove();
    await this.#ari.stop();
  }
}
