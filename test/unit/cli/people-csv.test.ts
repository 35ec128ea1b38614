import { describe, expect, test } from "vitest";
import { peopleCsv, readPeople } from "../../../src/cli/people-csv.js";
import type { Extension, PersonId, PersonListed } from "../../../src/model/index.js";
import { listed, no, run, yes } from "./fakes.ts";

const read = (text: string) => readPeople(Buffer.from(text));
const heading = "extension,name,role,teams\n";

describe("people as CSV", () => {
  test("are read back as they were written, whatever they are called", () => {
    const hostile: PersonListed = {
      ...{ id: "x" as PersonId, extension: "+4930" as Extension, name: '=cmd|"x", <b>&\'', role: "agent" },
      ...{ teams: ["support", "sales"], language: "fr", supervision: "forbidden", owner: "database", pin: "none" },
    };
    const text = peopleCsv([hostile]);
    expect(text).toBe(
      "extension,name,role,teams,id,language,hidden,supervision\r\n" +
        '\'+4930,"\'=cmd|""x"", <b>&\'",agent,support|sales,x,fr,,forbidden\r\n',
    );
    const { owner: _owner, pin: _pin, ...wish } = hostile;
    expect(read(text)).toEqual({ problems: [], lines: [{ line: 2, wish }] });
  });

  test("may have their columns in any order, semicolons, Windows' line ends, a mark before them, and empty lines", () => {
    expect(read("\ufeffrole;Name;EXTENSION\r\n\r\nagent;Ana;2001\r\n")).toEqual({
      problems: [],
      lines: [{ line: 3, wish: { role: "agent", name: "Ana", extension: "2001" } }],
    });
  });

  test("have the lines of the file, also behind a cell of several", () => {
    const { lines } = read(`${heading}2001,"Ana\nRuiz",agent,\n2002,Ben,agent,\n`);
    expect(lines.map(({ line }) => line)).toEqual([2, 4]);
  });

  test.each([
    ["", 1, "The file is empty; its first line names the columns"],
    ["extention,name,role\n", 1, 'There is no column "extention"; did you mean extension?'],
    ["extension,name,name,role\n", 1, 'The column "name" is there twice.'],
    ["extension,name\n", 1, "The column role is missing."],
    [`${heading}2001,Ana\n`, 2, "This line has 2 cells, and the heading 4."],
    [`${heading}2001,,agent,\n`, 2, "The name is missing."],
    [`extension,name,role,hidden\n2001,Ana,agent,no\n`, 2, "hidden is allowed or forbidden."],
    [`${heading}2001,"Ana,agent,\n2002,Ben,agent,\n`, 4, "The quotes of this line do not match"],
  ])("that are wrong are told with their line: %j", (text, line, words) => {
    const { problems } = read(text);
    expect(problems).toEqual([{ line: expect.any(Number), sentence: expect.stringContaining(words) }]);
    expect(problems[0]?.line).toBeLessThanOrEqual(line);
  });

  test("in another encoding are refused in words", () => {
    const { problems } = readPeople(Buffer.from(`${heading}2001,M\xfcller,agent,\n`, "latin1"));
    expect(problems).toEqual([{ line: 1, sentence: "The file is not in UTF-8; save it as CSV UTF-8." }]);
  });
});

describe("earshot people import", () => {
  const file = (text: string) => ({ readFile: () => yes(Buffer.from(text)) });

  test("says how many came of it", async () => {
    expect(await run("people import list.csv", file(`${heading}2001,Ana,agent,\n`))).toMatchObject({
      ...{ code: 0, out: "1 added, 2 changed, 3 as before.\n", err: "" },
      asked: [
        ["enlist", expect.anything(), [{ line: 2, wish: { extension: "2001", name: "Ana", role: "agent" } }], false],
      ],
    });
  });

  test("--dry-run says how many would be", async () => {
    const ran = await run("people import list.csv --dry-run", file(`${heading}2001,Ana,agent,\n`));
    expect(ran.out).toBe("1 would be added, 2 would be changed, 3 as before.\n");
    expect(ran.asked[0]?.[3]).toBe(true);
  });

  test("with a line that cannot be read changes nothing, and has the others looked at for their problems too", async () => {
    const ran = await run("people import list.csv", {
      ...file(`${heading}2001,Ana,agent\n2002,Ben,chief,\n`),
      enlist: (_, lines, dryRun) => {
        expect(dryRun).toBe(true);
        return yes({
          ok: false,
          problems: lines.map(({ line }) => ({ line, sentence: "A role\u001b is one of few." })),
        });
      },
    });
    expect(ran).toMatchObject({
      ...{ code: 1, out: "" },
      err:
        "list.csv:2: This line has 3 cells, and the heading 4.\nlist.csv:3: A role? is one of few.\n" +
        "2 problems; nobody is added or changed.\n",
    });
  });

  test("of a file that is not there says so", async () => {
    expect(await run("people import list.csv")).toMatchObject({ code: 1, err: "list.csv is not there.\n" });
  });

  test("export writes what it reads", async () => {
    const { out } = await run("people export", { people: () => yes(listed) });
    expect(read(out).lines.map(({ wish }) => wish.extension)).toEqual(["2001", "3001"]);
    expect(await run("people export", { people: () => no("No.") })).toMatchObject({ code: 1, err: "No.\n" });
  });
});
