import type { FastifyInstance } from "fastify";
import { type PhoneRefusal, type PhonesBook, type PhoneWish, parseMac } from "../../model/index.js";
import { type Asking, base, nothing, refuse, send } from "./asking.js";
import { newPhone, phoneChange, phoneReplacement } from "./phone-shapes.js";

const statuses: Readonly<Record<PhoneRefusal, number>> = {
  "unknown-phone": 404,
  "file-owned": 409,
  taken: 409,
  "not-right": 422,
  "record-unavailable": 503,
};

interface Named {
  readonly Params: { readonly mac: string };
}

const all = `${base}/phones`;
const one = `${all}/:mac`;
const at = ({ mac }: { readonly mac: string }): string => `/phones/${mac}`;

/** The desk phones. No key to their pages and no password is ever part of an answer. */
export function phonesRoutes(app: FastifyInstance, asking: Asking, book: () => PhonesBook): void {
  const options = (summary: string, success: object, body?: string) => asking.options("phones", summary, success, body);

  app.get(
    all,
    options("Every phone, by MAC address", { 200: { description: "All", type: "array", items: { $ref: "Phone#" } } }),
    async () => book().list({ passwords: false }),
  );
  app.post(all, options("Add a phone", { 201: { $ref: "Phone#" } }, "NewPhone#"), async (request, reply) => {
    const wish = asking.given(newPhone, request, reply);
    return wish ? send(reply, await book().add(asking.who(request), asWish(wish)), statuses, { at }) : reply;
  });
  app.get<Named>(one, options("One phone", { 200: { $ref: "Phone#" } }), async (request, reply) => {
    const mac = parseMac(request.params.mac);
    const found =
      mac &&
      book()
        .list({ passwords: false })
        .find((phone) => phone.mac === mac);
    return found ?? refuse(reply, 404, "No phone here has that MAC address.");
  });
  app.patch<Named>(
    one,
    options("Change a phone; another person's has another key", { 200: { $ref: "Phone#" } }, "PhoneChange#"),
    async (request, reply) => {
      const wish = asking.given(phoneChange, request, reply);
      return wish
        ? send(reply, await book().change(asking.who(request), request.params.mac, asWish(wish)), statuses, 200)
        : reply;
    },
  );
  app.delete<Named>(
    one,
    options("Retire a phone; its key is dead at once, and what it supervises ends", nothing()),
    async (request, reply) => send(reply, await book().retire(asking.who(request), request.params.mac), statuses, 204),
  );
  app.post<Named>(
    `${one}/rotate`,
    options("Another key for it, of earshot.yaml too; the old one is dead at once", nothing()),
    async (request, reply) => send(reply, await book().rotate(asking.who(request), request.params.mac), statuses, 204),
  );
  app.post<Named>(
    `${one}/replace`,
    options("Another phone in its place: same person, same settings", { 201: { $ref: "Phone#" } }, "PhoneReplacement#"),
    async (request, reply) => {
      const wish = asking.given(phoneReplacement, request, reply);
      return wish
        ? send(reply, await book().replace(asking.who(request), request.params.mac, asWish(wish)), statuses, { at })
        : reply;
    },
  );
}

/** Whoever keeps the phones reads texts. */
function asWish({ lampKey, ...given }: Omit<PhoneWish, "lampKey"> & { readonly lampKey?: number | "none" }): PhoneWish {
  return { ...given, ...(lampKey !== undefined && { lampKey: String(lampKey) }) };
}
