import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The floor of "files of phones": a bare server of finished texts that asks for the same digest (RFC 7616, MD5) and keeps
 * nothing. The bench sends texts and passwords.
 */
interface Orders {
  readonly files: Readonly<Record<string, string>>;
  readonly passwords: Readonly<Record<string, string>>;
}

let orders: Orders = { files: {}, passwords: {} };
process.on("message", (message: { readonly orders?: Orders }) => {
  if (message.orders === undefined) return;
  orders = message.orders;
  process.send?.({ ready: true });
});

const key = randomBytes(32);
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
const sealed = (time: string): string => `${time}.${createHmac("sha256", key).update(time).digest("base64url")}`;

function isRight(method: string, url: string, header: string): boolean {
  const field = (of: string): string => new RegExp(`${of}="?([^",]*)`).exec(header)?.[1] ?? "";
  const [user, nonce, uri] = [field("username"), field("nonce"), field("uri")];
  const one = md5(`${user}:floor:${orders.passwords[user] ?? ""}`);
  const right = md5(`${one}:${nonce}:${field("nc")}:${field("cnonce")}:auth:${md5(`${method}:${uri}`)}`);
  const given = Buffer.from(field(" response"));
  const fresh = sealed(nonce.split(".")[0] ?? "") === nonce && Date.now() - Number(nonce.split(".")[0]) < 300_000;
  return (
    uri === url && url.includes(user) && fresh && given.length === 32 && timingSafeEqual(given, Buffer.from(right))
  );
}

const server = createServer((request, response) => {
  const { url = "", method = "GET", headers } = request;
  const name = url.slice(3);
  const text = orders.files[name];
  if (/^y/.test(name)) return void response.writeHead(404, { "content-length": 0 }).end();
  if (!isRight(method, url, headers.authorization ?? "")) {
    const asked = `Digest realm="floor", qop="auth", algorithm=MD5, nonce="${sealed(String(Date.now()))}"`;
    return void response.writeHead(401, { "www-authenticate": asked, "content-length": 0 }).end();
  }
  if (text === undefined) return void response.writeHead(404, { "content-length": 0 }).end();
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "content-length": Buffer.byteLength(text) });
  response.end(text);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
