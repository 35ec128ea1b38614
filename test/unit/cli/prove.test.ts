import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Control, ControlServer, controlClient, questionsAt } from "../../../src/cli/index.js";
import { provedSheet } from "../../../src/cli/proved-sheet.js";
import type { Proved, ProvedFact, ProveShown, ProveWalk, Proving } from "../../../src/model/index.js";
import { check, no, rows, run, status, yes } from "./fakes.ts";

const walk: ProveWalk = {
  ...{ walk: "w", mac: "805ec0aabbcc", vendor: "yealink", model: "T46U", owner: "Ana \u001b[31mRuiz (2001)" },
  questions: [
    { id: "list", please: "Press the key.", asks: "Do you see a list?" },
    { id: "refresh", please: "Wait.", asks: "Has it changed?" },
    { id: "push-status", before: "Leave every page.", asks: "Does it say so?" },
  ],
  left: [{ id: "lamp-red", why: "this phone has no lampKey" }],
};
const fact = (step: string, more: Partial<ProvedFact> = {}): ProvedFact => ({
  ...{ step, verdict: "yes", by: "told", quirk: "softkeys", says: "Four at once.", fields: { softkeys: 4 } },
  ...more,
});
const proved: Proved = {
  ...{ vendor: "yealink", model: "T46U", itself: { model: "T46U", firmware: "108.86.0.90" } },
  facts: [fact("list")],
  open: ["refresh", "push-status"],
};

/** A walk over fakes: each line is typed at the next question. */
async function walked(
  line: string,
  typed: readonly string[],
  answers: readonly Proved[] = [proved, proved, proved],
  shown: readonly ProveShown[] = [],
) {
  const shows = [...shown];
  const left = [...typed];
  const given = [...answers];
  let said = "";
  const asked: unknown[] = [];
  const ran = await run(`phones prove 80:5e:c0:aa:bb:cc ${line}`, {
    now: () => Date.UTC(2026, 10, 26),
    beginProving: (_, mac) => {
      asked.push(["begin", mac]);
      return yes(walk);
    },
    showStep: (_, { step }) => {
      asked.push(["show", step]);
      return yes(shows.shift() ?? (step === "push-status" ? { pushed: "failed: no route" } : {}));
    },
    answerStep: (_, order) => {
      asked.push(["answer", order.step, order.said]);
      const next = given.shift();
      return next ? yes(next) : no("This walk is over.");
    },
    endProving: () => {
      asked.push(["end"]);
      return yes(proved);
    },
    err: (text) => {
      said += text;
    },
    questions: () => ({
      ask: async (prompt) => {
        const answer = left.shift();
        said += `${prompt}${answer ?? "^C"}\n`;
        return answer;
      },
      close: () => undefined,
    }),
  });
  return { ...ran, said, asked };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "earshot-prove-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("earshot phones prove", () => {
  test("asks step by step, and tells what came of each", async () => {
    const seen = {
      ...proved,
      facts: [fact("list"), fact("refresh", { by: "seen", verdict: "no", says: "Not followed." })],
    };
    const { said, code, asked } = await walked("", ["y", "maybe", "Yes", "", "?"], [proved, seen, seen]);
    expect(code).toBe(0);
    expect(said).toBe(`Proving 805ec0aabbcc, the yealink T46U of Ana ?[31mRuiz (2001): 3 steps.
y is yes, n is no, ? (or Enter alone) is I cannot tell; Ctrl-C ends it, and what is known is kept.
Left out, as this phone has no lampKey: lamp-red.

1/3  list
  Press the key.
  Do you see a list? [y/n/?] y
  Four at once.

2/3  refresh
  Wait.
  Has it changed? [y/n/?] maybe
  Has it changed? [y/n/?] Yes
  earshot saw it: Not followed.

3/3  push-status
  Leave every page. Then press Enter. 
  The push has not reached the phone (failed: no route).
  Does it say so? [y/n/?] ?
  It stays open.
`);
    expect(asked).toEqual([
      ["begin", "80:5e:c0:aa:bb:cc"],
      ["show", "list"],
      ["answer", "list", "yes"],
      ["show", "refresh"],
      ["answer", "refresh", "yes"],
      ["show", "push-status"],
      ["answer", "push-status", "unknown"],
      ["end"],
    ]);
  });

  test("what cannot be shown now is said, and tried again or left out", async () => {
    const { said, asked } = await walked(
      "--step list refresh",
      ["", "s", "y"],
      [proved],
      [{ waits: "Ana has a call." }, { waits: "Still." }],
    );
    expect(said).toContain(`1/2  list
  Ana has a call.
  Enter tries again, s leaves this step out: 
  Still.
  Enter tries again, s leaves this step out: s

2/2  refresh
`);
    expect(asked.slice(1, -1)).toEqual([
      ["show", "list"],
      ["show", "list"],
      ["show", "refresh"],
      ["answer", "refresh", "yes"],
    ]);
  });

  test("a walk that is over meanwhile ends with what is known", async () => {
    const { said, code } = await walked("", ["y", "y"], [proved]);
    expect([code, said.endsWith("This walk is over.\n")]).toEqual([0, true]);
  });

  test("a yes to what no request has shown stays open", async () => {
    const { said } = await walked("--step refresh", ["y"]);
    expect(said).toContain("  The phone has asked for nothing that shows it, so it stays open.\n");
  });

  test("broken off, it ends the walk and writes what is known", async () => {
    const { code, out, asked } = await walked("", ["y"]);
    expect([code, asked.at(-1)]).toEqual([0, ["end"]]);
    expect(out).toBe(provedSheet(proved, "2026-11-26"));
  });

  test("--json is what is known, --out the sheet in a new file", async () => {
    const file = join(folder, "sheet.yaml");
    const { out } = await walked(`--json --out ${file}`, ["y"]);
    expect(JSON.parse(out)).toEqual(proved);
    expect(readFileSync(file, "utf8")).toBe(provedSheet(proved, "2026-11-26"));
  });

  test("never writes over a file, and then asks nobody anything", async () => {
    const file = join(folder, "sheet.yaml");
    writeFileSync(file, "mine");
    const { code, err, asked, said } = await walked(`--out ${file}`, []);
    expect([code, asked, `${err}${said}`]).toEqual([1, [], `${file} is there already; give a new file.\n`]);
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("a step that is not the script's is named before anything begins", async () => {
    const { code, asked, said } = await walked("--step nonsense", []);
    expect([code, asked, said]).toEqual([1, [], "There is no step nonsense; --list has them all.\n"]);
  });

  test("without a phone it says what to give", async () => {
    const { code, err } = await run("phones prove");
    expect([code, err]).toEqual([2, "Give the phone's MAC address, or --list.\nTry --help.\n"]);
  });

  test("--list has every step and what is not known, and needs no phone", async () => {
    const { code, out, asked } = await run("phones prove --list");
    expect([code, asked]).toEqual([0, []]);
    await expect(out).toMatchFileSnapshot("./prove-list.txt");
    expect(JSON.parse((await run("phones prove --list --json")).out)[0]).toEqual({
      ...{ vendor: "yealink", step: "list" },
      open: "Whether a menu is shown with four softkeys at once.",
    });
  });
});

describe("the sheet that is written", () => {
  test("has one entry for the model, one quirk for each that was decided, and what is open", () => {
    const facts = [
      fact("list"),
      fact("own", { says: "None of its own.", fields: {} }),
      fact("selection", { quirk: "selection", says: "None.", by: "seen", fields: { "screen.selection": false } }),
    ];
    expect(
      provedSheet({ ...proved, model: "T48U", facts }, "2026-11-26"),
    ).toBe(`# Proved on a real phone, T46U 108.86.0.90, on 2026-11-26. Steps decided: 3.
# Still open: refresh, push-status.
# The configuration calls this phone a T48U.
models:
  T46U:
    softkeys: 4
    screen:
      selection: false
quirks:
  - id: softkeys
    says: Four at once. None of its own.
    source: "earshot phones prove, 2026-11-26: list told, own told"
    seenOn:
      - T46U 108.86.0.90
  - id: selection
    says: None.
    source: "earshot phones prove, 2026-11-26: selection seen"
    seenOn:
      - T46U 108.86.0.90
`);
  });

  test("of a phone that has not said what it is has the model of the configuration", () => {
    const { itself: _, ...unnamed } = proved;
    expect(provedSheet({ ...unnamed, facts: [] }, "2026-11-26")).toBe(
      "# Proved on a real phone, T46U, on 2026-11-26. Steps decided: 0.\n# Still open: refresh, push-status.\nmodels:\n  T46U: {}\nquirks: []\n",
    );
  });
});

describe("the control socket, about walks", () => {
  let server: ControlServer;
  const orders: unknown[][] = [];
  const proving: Proving = {
    begin: async (...given) => {
      orders.push(["begin", ...given]);
      return { ok: true, value: walk };
    },
    show: async () => ({ ok: false, why: "over", sentence: "This walk is over." }),
    answer: async (...given) => {
      orders.push(["answer", ...given]);
      return { ok: true, value: proved };
    },
    end: async () => ({ ok: true, value: proved }),
  };
  const nobody = (): never => {
    throw new Error("nobody asks for that here");
  };
  const control: Control = {
    ...{ phones: async () => [], readAudit: async () => rows, verifyAudit: async () => check },
    ...{
      status: async () => status,
      seen: nobody,
      people: nobody,
      phonesBook: nobody,
      access: nobody,
      enrol: nobody,
      resync: nobody,
      phoneFiles: nobody,
      proving: () => proving,
    },
    watchBus: () => ({ ok: false, sentence: "nobody watches the bus here" }),
    exportAudit: async function* () {
      yield rows;
    },
  };

  beforeEach(async () => {
    orders.length = 0;
    server = new ControlServer(folder, control);
    await server.start();
  });
  afterEach(async () => {
    await server.stop();
  });

  test("carries each order, and who gives it", async () => {
    const client = controlClient(folder);
    expect(await client.beginProving({ who: "root", mac: "80:5e" })).toEqual({ ok: true, value: walk });
    expect(await client.answerStep({ walk: "w", step: "list", said: "no" })).toEqual({ ok: true, value: proved });
    expect(orders).toEqual([
      ["begin", "os:root", "80:5e"],
      ["answer", "w", "list", "no"],
    ]);
    expect(await client.endProving({ walk: "w" })).toEqual({ ok: true, value: proved });
  });

  test("a refusal is its sentence", async () => {
    expect(await controlClient(folder).showStep({ walk: "w", step: "list" })).toEqual({
      ok: false,
      sentence: "This walk is over.",
    });
  });

  test("what is no order is not understood", async () => {
    expect(await controlClient(folder).showStep({ walk: "", step: "list" })).toEqual({
      ok: false,
      sentence: "The order about a walk is not understood.",
    });
  });

  test("without a gateway it is said that none runs", async () => {
    await server.stop();
    expect(await controlClient(folder).beginProving({ who: "root", mac: "80:5e" })).toEqual({
      ok: false,
      sentence: `earshot is not running with data in ${folder}; start it with \`earshot start\`.`,
    });
  });
});

describe("questions that are answered by a pipe", () => {
  test("take one line each, and are broken off where it ends", async () => {
    const input = new PassThrough();
    let said = "";
    const questions = questionsAt(input, (text) => {
      said += text;
    });
    const first = questions.ask("One? ");
    input.end("y\nn\n");
    expect(await first).toBe("y");
    expect(await questions.ask("Two? ")).toBe("n");
    expect(await questions.ask("Three? ")).toBeUndefined();
    questions.close();
    expect(said).toContain("One? Two? ");
  });
});
