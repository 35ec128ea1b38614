import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { read, right, told } from "./files.ts";

const withKeys = (keys: string) => read(`${right}provisioning: { ${keys} }\n`);

describe("how phones are told", () => {
  test("is an overlay unless the file says otherwise, and paths are taken from its folder", () => {
    const result = withKeys(
      "folder: layers, accounts: a.csv, sip: { server: pbx.example.com }, time: { zone: Europe/Berlin }",
    );
    expect(result.ok && result.config.provisioning).toMatchObject({
      mode: "overlay",
      folder: expect.stringMatching(/layers$/),
      accounts: expect.stringMatching(/a\.csv$/),
      sip: { server: "pbx.example.com", port: 5060, transport: "udp" },
      time: { zone: "Europe/Berlin" },
    });
    const folder = result.ok ? (result.config.provisioning?.folder ?? "") : "";
    expect(resolve(folder)).toBe(folder);
  });
  test("by TLS has the port of TLS", () => {
    const result = withKeys("mode: full, sip: { server: pbx.example.com, transport: tls }");
    expect(result.ok && result.config.provisioning?.sip?.port).toBe(5061);
  });
  test("is nothing where nothing is written", () => {
    const result = read(right);
    expect(result.ok && result.config).not.toHaveProperty("provisioning");
  });
  test.each([
    [
      "mode: ful, sip: { server: a }",
      /provisioning\.mode: .*must be `overlay` or `full`, not `ful`; did you mean `full`\?/,
    ],
    ["mdoe: full", /provisioning\.mdoe: .*did you mean `mode`\?/],
    [
      "mode: full",
      /provisioning\.sip: `provisioning\.sip` is missing: `mode: full` has to tell phones where to register/,
    ],
    ["sip: { port: 5060 }", /provisioning\.sip\.server: .*is missing: where phones register/],
    ["sip: { server: pbx, port: 70000 }", /provisioning\.sip\.port: .*must be a port from 1 to 65535/],
    ["sip: { server: pbx, transport: udpp }", /provisioning\.sip\.transport: .*did you mean `udp`\?/],
    ["time: { zone: 'Berlin; x' }", /provisioning\.time\.zone: .*must be the name of a zone/],
  ])("that is wrong names line, key and the nearest right one: %s", (keys, words) => {
    expect(told(withKeys(keys))).toEqual([expect.stringMatching(words)]);
  });
  test("is told once where a mistyped key hides what is missing", () => {
    expect(told(withKeys("mode: full, sipp: { server: a }"))).toEqual([
      expect.stringMatching(/provisioning\.sipp: .*did you mean `sip`\?/),
    ]);
  });
  test("gives files by https alone, or on this machine: they hold passwords", () => {
    const open = right.replace('publicUrl: "http://127.0.0.1:8080"', 'publicUrl: "http://192.0.2.10:8080"');
    expect(told(read(`${open}provisioning: { serve: true }\n`))).toEqual([
      expect.stringMatching(/provisioning\.serve: `provisioning\.serve` needs `http\.publicUrl` with https/),
    ]);
    const result = withKeys("serve: true");
    expect(result.ok && result.config.provisioning?.serve).toBe(true);
    const secure = read(
      `${open.replace("http://192.0.2.10:8080", "https://calls.example.com")}provisioning: { serve: true }\n`,
    );
    expect(told(secure)).toEqual([]);
  });
});
