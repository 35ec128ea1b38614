import { describe, expect, test } from "vitest";
import { changed, configOf, marked, read, right, told } from "./files.js";

const people = 'people:\n  - { extension: "4001", name: Priya, role: administrator }';
const withDesk = (accounts: string): string => `${changed("people:", people)}desk: { accounts: [${accounts}] }\n`;

describe("the desk", () => {
  test("is not there unless it is written", () => {
    expect(configOf(read(right)).desk).toBeUndefined();
  });

  test("has accounts, whose passwords stand where other passwords may", () => {
    const text = withDesk('{ person: "4001", passwordEnv: DESK }');
    expect(configOf(read(text, { DESK: "long words" })).desk).toEqual({
      kind: "accounts",
      accounts: [{ person: "4001", password: "long words" }],
    });
  });

  test.each([
    ['{ person: «"3001", password: x }', "whose role is `team-manager`: the desk shows every call"],
    ['{ person: «"4002", password: x }', "nobody under `people` has that id; did you mean `4001`?"],
    ['«{ person: "4001" }', "write `password`, or `passwordFile` with a file"],
    ['{ person: "4001", password: x }, { person: «"4001", password: y }', "has the same person"],
    ['{ persn: "4001", password: x }', "did you mean `person`?"],
  ])("says where an account is wrong: %s", (accounts, words) => {
    const { text, at } = accounts.includes("«") ? marked(withDesk(accounts)) : { text: withDesk(accounts), at: "" };
    const found = told(read(text));
    expect(found).toContainEqual(expect.stringContaining(words));
    expect(found.find((one) => one.includes(words))?.startsWith(at)).toBe(true);
  });

  test("without accounts is a mistake", () => {
    expect(told(read(withDesk("")))).toEqual([expect.stringContaining("nobody could sign in")]);
  });
});
