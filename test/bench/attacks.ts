/** What strangers do to the server of the phones' files, again and again. */
export interface Attack {
  /** How many at a time. */
  readonly wide?: number;
  /** From so many addresses; one unless told. */
  readonly addresses?: number;
  /** By TLS, with the certificate of another phone where so told; else in the clear. */
  readonly by?: "tls" | "another phone's certificate";
  /** Each try by a connection of its own, left as soon as this has happened. */
  readonly until?: "connected" | "answered";
  /** What is sent at the `n`th try of all. */
  bytes(n: number): string | Buffer;
  /** Sent after that, again and again while nothing comes. */
  readonly drip?: { readonly bytes: string | Buffer; readonly everyMs: number };
}

/** The phone that attacks have in mind. */
export const victim = "805ec0000000";

const huge = Buffer.alloc(65_536, "x");
const mac = (n: number): string => `805ec1${(n % 0x1000000).toString(16).padStart(6, "0")}`;
const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nHost: phones\r\n${more}\r\n`;
const digest =
  `Digest username="${victim}", realm="earshot", nonce="abc.def", uri="/c/${victim}.cfg", qop=auth, nc=00000001, ` +
  `cnonce="x", response="0123456789abcdef0123456789abcdef"`;
const tricks = [
  "/c/%2e%2e%2fsecret.key",
  "/c/a%00.cfg",
  "/c//x.cfg",
  "/c/..\\x",
  `/c/${"a".repeat(5_000)}`,
  "/C/x",
  "/c/%zz",
];

/** On a site by plain http. */
export const inTheClear: Readonly<Record<string, Attack>> = {
  "MAC guessing": { bytes: (n) => get(`/c/${mac(n)}.cfg`) },
  "MAC guessing from 200 addresses": { addresses: 200, bytes: (n) => get(`/c/${mac(n)}.cfg`) },
  "an enrolment played again": { bytes: () => get(`/c/${victim}.cfg`) },
  "wrong credentials": { bytes: () => get(`/c/${victim}.cfg`, `Authorization: ${digest}\r\n`) },
  "tricks in paths": { bytes: (n) => get(tricks[n % tricks.length] ?? "") },
  "token guessing": { bytes: (n) => get(`/p/${String(n).padStart(22, "x")}/`) },
  "huge PUTs": {
    bytes: () => "PUT /c/x HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000000\r\n\r\n",
    drip: { bytes: huge, everyMs: 1 },
  },
  "what is no request": { bytes: () => huge },
  "slow clients": { wide: 500, bytes: () => "GET /c/x HTTP/1.1\r\n", drip: { bytes: "X: y\r\n", everyMs: 500 } },
  "600 connections": { wide: 600, bytes: () => "" },
  "requests without waiting": { bytes: (n) => get(`/c/${mac(n)}.cfg`).repeat(200) },
};

/** On a site by https whose phones show certificates. */
export const overTls: Readonly<Record<string, Attack>> = {
  "plain http": { bytes: () => get(`/c/${victim}.cfg`) },
  "MAC guessing by https": { by: "tls", bytes: (n) => get(`/c/${mac(n)}.cfg`) },
  "another phone's certificate": { by: "another phone's certificate", bytes: () => get(`/c/${victim}.cfg`) },
  "another phone's certificate, each time anew": {
    ...{ by: "another phone's certificate", until: "answered" },
    bytes: () => get(`/c/${victim}.cfg`),
  },
  "handshakes and nothing else": { by: "tls", until: "connected", bytes: () => "" },
};
