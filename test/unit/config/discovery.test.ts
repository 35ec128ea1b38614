import { describe, expect, test } from "vitest";
import { configOf, marked, read, right, told } from "./files.js";

const withDiscovery = (text: string): string => `${right}discovery: ${text}\n`;

describe("discovery", () => {
  test("is not there unless it is written", () => {
    expect(configOf(read(right)).discovery).toBeUndefined();
  });

  test("is off on an interface unless it is said which way", () => {
    const text =
      "{ url: https://phones.example.com, interfaces: [{ name: eth0, pnp: answer }, { name: eth1, ssdp: listen }] }";
    expect(configOf(read(withDiscovery(text))).discovery).toEqual({
      url: "https://phones.example.com/",
      interfaces: [
        { name: "eth0", pnp: "answer", ssdp: "off" },
        { name: "eth1", pnp: "off", ssdp: "listen" },
      ],
    });
  });

  test("answers with earshot's own address where earshot serves phones their files", () => {
    const provisioned = `${withDiscovery("{ interfaces: [{ name: eth0, pnp: answer }] }")}provisioning: { serve: true }\n`;
    expect(configOf(read(provisioned)).discovery).toEqual({
      interfaces: [{ name: "eth0", pnp: "answer", ssdp: "off" }],
    });
  });

  test.each([
    ["{ interfaces: [{ name: eth0, pnp: «answer }] }", "`discovery.url` does not say what is answered"],
    ["{ interfaces: [{ name: eth0, pnp: «lissen }] }", "did you mean `listen`?"],
    ["{ interfaces: [{ name: eth0 }, { name: «eth0 }] }", "has the same name"],
    ["{ url: «https://a:b@phones.example.com, interfaces: [] }", "must not hold a password"],
    ["{ url: «ftp://phones.example.com, interfaces: [] }", "must be an address such as"],
    ["{ interfaces: [{ name: «'a b' }] }", "must be the name of a network interface"],
  ])("says where it is wrong: %s", (written, words) => {
    const { text, at } = marked(withDiscovery(written));
    const found = told(read(text));
    expect(found).toContainEqual(expect.stringContaining(words));
    expect(found.find((one) => one.includes(words))?.startsWith(at)).toBe(true);
  });
});
