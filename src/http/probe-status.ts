import type { FastifyReply } from "fastify";
import type { Link } from "../pages/index.js";
import type { ProbePage } from "../phones/index.js";
import type { Route } from "./address.js";

/** Gives the reply of a probe page its status, and a redirect the word of its step that it leads to. */
export function probeStatus(
  reply: FastifyReply,
  how: Exclude<ProbePage["reply"], "lost">,
  route: Route,
  href: (link: Link) => string,
): FastifyReply {
  switch (how) {
    case undefined:
      return reply.code(200);
    case "not-found":
      return reply.code(404);
    case "redirect": {
      const to: Link = route.kind === "probe" ? { to: "probe", path: `${route.step}/led` } : { to: "home" };
      return reply.code(302).header("location", href(to));
    }
    default:
      return how satisfies never;
  }
}
