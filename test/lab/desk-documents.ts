import { Agent, request } from "undici";
import type { PersonId } from "../../src/model/index.ts";
import type { CallHandle } from "../../src/pbx/simulator/index.ts";
import type { DeskBench } from "./desk-bench.ts";
import { type Limits, readDocument } from "./phones/yealink-document.ts";

/** A T46U's. */
export const LIMITS: Limits = { bytes: 10_000, items: 30, softKeys: 4, labelColumns: 10, urlLength: 255 };

/** Names and numbers as strangers send them. */
const NAMES = [
  ...[
    "Jane Doe",
    `<b>&"'`,
    "]]>",
    "<!--",
    "&amp;",
    "&#0;",
    "Ærø Øl",
    "名無しの権兵衛",
    "😀😀😀",
    "a\u0000b\u001b",
    "\ud800x",
  ],
  ...[
    "\u202eevil",
    "x".repeat(300),
    "&".repeat(90),
    "<YealinkIPPhoneTextMenu>",
    "",
    " ",
    "e\u0301".repeat(60),
    "\ufffe\uffff",
  ],
];
/** What is typed, by who means it and who does not. */
const TYPED = ["2001", "262", "ana", "", "Zoë", "<&>", "x".repeat(40)];
/** Mostly the handset is lifted, so that supervisions come about. */
const ACTS = ["answer", "answer", "answer", "hold", "resume", "hang-up"] as const;
const NUMBERS = ["+4930123456", "", "anonymous", `"><script>`, "1".repeat(60)];

/** The same numbers for the same seed. */
export function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/**
 * Real documents of a gateway whose simulated PBX and whose phones do something at random before each: calls come, are
 * answered, held and over; supervisors press whatever they are offered; handsets are lifted and laid down; the PBX goes
 * and comes back. The same course for the same seed, but for what time brings.
 */
export class RandomStates {
  readonly #bench: DeskBench;
  readonly #roll: (below: number) => number;
  readonly #agent = new Agent({ pipelining: 0 });
  readonly #calls: CallHandle[] = [];
  /** Where each phone may go from what it shows now. */
  readonly #offers = new Map<string, readonly string[]>();
  #away = false;

  constructor(bench: DeskBench, seed: number) {
    this.#bench = bench;
    this.#roll = dice(seed);
  }

  /** So many documents, each after something has happened. */
  async documents(count: number): Promise<readonly string[]> {
    const documents: string[] = [];
    const phones = this.#bench.config.phones.map(({ mac }) => mac);
    const launchers = new Map(
      await Promise.all(phones.map(async (mac) => [mac, await this.#bench.bench.launcher(mac)] as const)),
    );
    while (documents.length < count) {
      this.#happen();
      // The supervisor's phone has the most to show.
      const mac = this.#roll(4) > 0 ? this.#bench.kim : this.#pick(phones);
      const launcher = launchers.get(mac) ?? "";
      const offers = this.#roll(8) === 0 ? [launcher] : (this.#offers.get(mac) ?? [launcher]);
      const { xml, refresh } = await this.#get(this.#pick(offers));
      documents.push(xml);
      const read = readDocument(xml, LIMITS, () => {});
      // Whoever presses about leaves less often than they go on.
      const keys = (read?.keys ?? []).filter(({ label }) => label !== "Leave" || this.#roll(6) === 0);
      const links = [...(read?.items ?? []).slice(0, 4), ...(read?.items ?? []).slice(-1), ...keys, ...keys].map(
        ({ uri }) => uri,
      );
      const typed = read?.url && `${read.url}?typed=${encodeURIComponent(this.#pick(TYPED))}`;
      const more = [typed, read?.doneAction, refresh, this.#roll(4) === 0 ? read?.cancelAction : undefined];
      const found = [...links, ...more].filter((url) => url?.startsWith("http") === true);
      this.#offers.set(mac, found.length > 0 ? found.map(String) : [launcher]);
    }
    return documents;
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
  }

  #happen(): void {
    const { pbx, config } = this.#bench;
    const agents = config.people.filter(({ role }) => role === "agent").map(({ id }) => id);
    const call = this.#calls[this.#roll(Math.max(1, this.#calls.length))];
    if (this.#roll(3) === 0) pbx.handsets.act(config.phones[0]?.owner ?? this.#pick(agents), "answer");
    switch (this.#roll(this.#away ? 2 : 12)) {
      case 0:
      case 1:
        if (this.#away) pbx.comeBack();
        this.#away = false;
        break;
      case 2:
      case 3:
      case 4:
        this.#arrive(this.#pick(agents));
        break;
      case 5:
      case 6:
        call?.answer();
        break;
      case 7:
        call?.hold();
        break;
      case 8:
        call?.resume();
        break;
      case 9:
        if (this.#roll(3) > 0) break;
        if (call) this.#calls.splice(this.#calls.indexOf(call), 1);
        call?.hangUp();
        break;
      case 10:
        pbx.handsets.act(this.#pick(config.phones).owner, this.#pick(ACTS));
        break;
      default:
        if (this.#roll(8) > 0) break;
        pbx.goAway("for the test");
        this.#away = true;
    }
  }

  #arrive(to: PersonId): void {
    if (this.#calls.length > 30) return;
    const caller = { number: this.#pick(NUMBERS), name: this.#pick(NAMES) };
    const more = this.#roll(4) === 0 ? { certain: false } : {};
    const { pbx } = this.#bench;
    this.#calls.push(
      this.#roll(4) === 0
        ? pbx.outgoing({ from: to, ...caller })
        : pbx.incoming({ to, ...caller, queue: "support", ...more }),
    );
  }

  async #get(url: string): Promise<{ readonly xml: string; readonly refresh: string | undefined }> {
    const { statusCode, headers, body } = await request(url, { dispatcher: this.#agent });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${statusCode}: ${url}\n${text}`);
    return { xml: text, refresh: /url=(\S+)$/.exec(String(headers["refresh"] ?? ""))?.[1] };
  }

  #pick<T>(of: readonly T[]): T {
    const found = of[this.#roll(of.length)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }
}

const PIECES = [
  ...[
    "<",
    ">",
    "&",
    '"',
    "'",
    "/",
    "=",
    "]]>",
    "<!-- x -->",
    "<!--",
    "<![CDATA[x]]>",
    "<?x y?>",
    "<!DOCTYPE x>",
    "&lt;",
    "&#x0;",
  ],
  ...[
    "&#65;",
    "&nope;",
    "<Icon/>",
    "<SoftKey/>",
    "<MenuItem><Prompt>p</Prompt></MenuItem>",
    "<Title>again</Title>",
    "loose",
  ],
  ...[
    ' Beep="yes"',
    ' Timeout="-1"',
    ' index="9"',
    ' wrap="maybe"',
    " ",
    "\u0085",
    "\u0000",
    "\ufffe",
    "é",
    "x".repeat(400),
  ],
] as const;

/** The document with one thing broken: cut out, doubled, put in, or its case turned. */
export function broken(xml: string, roll: (below: number) => number): string {
  const at = roll(xml.length);
  const end = Math.min(xml.length, at + 1 + roll(40));
  const piece = PIECES[roll(PIECES.length)] ?? "";
  switch (roll(10)) {
    case 0:
      return xml.slice(0, at) + xml.slice(end);
    case 1:
      return xml.slice(0, end) + xml.slice(at);
    case 2:
      return xml.slice(0, at) + xml.slice(at, end).toUpperCase() + xml.slice(end);
    case 3:
      return xml.slice(0, roll(10) === 0 ? at : xml.length) + piece;
    default: {
      // An attribute goes into a tag, and anything else mostly behind one.
      const tag = xml.indexOf(">", at);
      const place = roll(4) === 0 || tag === -1 ? at : piece.startsWith(" ") ? tag : tag + 1;
      return xml.slice(0, place) + piece + xml.slice(place);
    }
  }
}
