import type { FastifyReply } from "fastify";

export const cookieName = "earshot-desk";

/** A refusal as the desk's page gets it. */
export function refuse(reply: FastifyReply, code: number, sentence: string): FastifyReply {
  return reply.code(code).send({ sentence });
}
