import type { FastifyInstance } from "fastify";
import { type BookRefusal, type PeopleBook, parseSecret } from "../../model/index.js";
import { type Asking, base, nothing, refuse, send } from "./asking.js";
import { newPerson, newPin, personChange } from "./shapes.js";

const statuses: Readonly<Record<BookRefusal, number>> = {
  "unknown-person": 404,
  "file-owned": 409,
  taken: 409,
  "not-right": 422,
  "record-unavailable": 503,
};

interface Named {
  readonly Params: { readonly person: string };
}

const all = `${base}/people`;
const one = `${all}/:person`;

/** The people. */
export function peopleRoutes(app: FastifyInstance, asking: Asking, book: () => PeopleBook): void {
  const options = (summary: string, success: object, body?: string) => asking.options("people", summary, success, body);

  app.get(
    all,
    options("Everybody, by extension", { 200: { description: "All", type: "array", items: { $ref: "Person#" } } }),
    async () => book().list(),
  );
  app.post(all, options("Add somebody", { 201: { $ref: "Person#" } }, "NewPerson#"), async (request, reply) => {
    const wish = asking.given(newPerson, request, reply);
    if (!wish) return reply;
    const added = await book().add(asking.who(request), wish);
    return send(reply, added, statuses, { at: ({ id }) => `/people/${encodeURIComponent(id)}` });
  });
  app.get<Named>(
    one,
    options("One person, by id or extension", { 200: { $ref: "Person#" } }),
    async (request, reply) => {
      const found = book().find(request.params.person);
      return found ?? refuse(reply, 404, "Nobody has that id or extension.");
    },
  );
  app.patch<Named>(
    one,
    options("Change somebody; what they may no longer ends at once", { 200: { $ref: "Person#" } }, "PersonChange#"),
    async (request, reply) => {
      const wish = asking.given(personChange, request, reply);
      if (!wish) return reply;
      return send(reply, await book().change(asking.who(request), request.params.person, wish), statuses, 200);
    },
  );
  app.delete<Named>(one, options("Remove somebody", nothing()), async (request, reply) =>
    send(reply, await book().remove(asking.who(request), request.params.person), statuses, 204),
  );
  app.put<Named>(`${one}/pin`, options("Set the PIN", nothing(), "NewPin#"), async (request, reply) => {
    const wish = asking.given(newPin, request, reply);
    const pin = wish && parseSecret(wish.pin);
    if (!pin) return reply;
    return send(reply, await book().setPin(asking.who(request), request.params.person, pin), statuses, 204);
  });
  app.post<Named>(`${one}/unlock`, options("Let somebody try their PIN again", nothing()), async (request, reply) =>
    send(reply, await book().unlock(asking.who(request), request.params.person), statuses, 204),
  );
}
