import { describe, expect, it } from "vitest";
import { readSnom } from "./strict-snom.ts";

const file = (settings: string, keys = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<settings>\n<phone-settings>${settings}</phone-settings>\n${keys}</settings>\n`;
const functionKeys = (keys: string): string => file("", `<functionKeys>${keys}</functionKeys>`);

describe("the strict Snom", () => {
  it("takes what its maker's pages show", () => {
    const shown = file(
      '<language perm="">English</language><timezone perm="">ITA+1</timezone><user_active idx="1" perm="RW">on</user_active>',
      '<functionKeys><fkey idx="0" context="1" perm="" label="line key 501">line</fkey></functionKeys>',
    );
    const taken = readSnom(shown);
    expect(taken.ok && [taken.keys.get("user_active.1"), taken.keys.get("fkey.0")]).toEqual(["on", "line"]);
  });
  it.each([
    ["no declaration", file("").replace(/^.*\n/, ""), /declaration/],
    ["another root", file("").replaceAll("settings>\n<phone", "set>\n<phone").replace("</settings>", "</set>"), /root/],
    ["an unknown section", file("", "<keys></keys>"), /no section/],
    ["a setting twice", file('<language perm="R">English</language><language perm="R">Deutsch</language>'), /twice/],
    ["an identity's setting for none", file('<user_name perm="R">3001</user_name>'), /no idx/],
    ["a thirteenth identity", file('<user_name idx="13" perm="R">3001</user_name>'), /identity 13/],
    ["an unknown permission", file('<language perm="X">English</language>'), /permission X/],
    ["an attribute of its own", file('<language perm="R" lang="en">English</language>'), /attribute lang/],
    ["a blank value", file('<language perm="R"> </language>'), /blank/],
    ["a switch that is neither", file('<filter_registrar perm="R">1</filter_registrar>'), /may not be 1/],
    ["an unknown policy", file('<answer_after_policy perm="R">auto</answer_after_policy>'), /may not be auto/],
    ["a function key of no type", functionKeys('<fkey idx="1" context="active" perm="R">http://a/</fkey>'), /type/],
    ["a key that opens no address", functionKeys('<fkey idx="1" context="active" perm="R">url a</fkey>'), /no address/],
    ["a key before the first", functionKeys('<fkey idx="-1" context="active" perm="R">line</fkey>'), /number -1/],
    ["a key of nobody", functionKeys('<fkey idx="1" context="all" perm="R">line</fkey>'), /is of all/],
    ["an open element", file("<language>"), /./],
  ])("refuses %s", (_, text, complaint) => {
    expect(readSnom(text)).toMatchObject({ ok: false, complaint: expect.stringMatching(complaint) });
  });
});
