import { describe, expect, it } from "vitest";
import { debianSources } from "../../lab/apt.ts";

describe("the host's apt sources", () => {
  it("reads a deb822 file and passes over security, other suites and disabled entries", () => {
    const text = [
      "Types: deb",
      "# a comment inside",
      "URIs: http://mirror.example/debian",
      "Suites: bookworm bookworm-updates",
      "Components: main contrib",
      "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
      "",
      "Types: deb",
      "URIs: http://mirror.example/debian-security",
      "Suites: bookworm-security",
      "Components: main",
      "",
      "Enabled: no",
      "Types: deb",
      "URIs: http://off.example/debian",
      "Suites: bookworm",
      "Components: main",
    ].join("\n");
    expect(debianSources(text, "bookworm", "deb822")).toEqual([
      { uri: "http://mirror.example/debian", signedBy: ["/usr/share/keyrings/debian-archive-keyring.gpg"] },
    ]);
  });

  it("does not take an inline key for a keyring file", () => {
    const text =
      "Types: deb\nURIs: http://m.example/debian\nSuites: trixie\nComponents: main\nSigned-By:\n -----BEGIN PGP\n .\n";
    expect(debianSources(text, "trixie", "deb822")).toEqual([{ uri: "http://m.example/debian", signedBy: [] }]);
  });

  it("reads one-line files with and without options", () => {
    const text = [
      "# deb http://old.example/debian bookworm main",
      "deb-src http://m.example/debian bookworm main",
      "deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg] http://m.example/debian bookworm main contrib",
      "deb http://n.example/debian bookworm main",
      "deb http://n.example/debian bookworm-updates main",
    ].join("\n");
    expect(debianSources(text, "bookworm", "one-line")).toEqual([
      { uri: "http://m.example/debian", signedBy: ["/k/a.gpg", "/k/b.gpg"] },
      { uri: "http://n.example/debian", signedBy: [] },
    ]);
  });
});
