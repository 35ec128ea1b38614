import type { KeyObject } from "node:crypto";
import {
  type Branch,
  type BranchAccount,
  type BranchId,
  branchAccountName,
  type Config,
  type Mac,
} from "../model/index.js";
import { deliveryKey } from "./branch-messages.js";

/** The account of each branch office at the broker inside earshot. */
export function branchAccounts(
  branches: readonly Branch[] = [],
  password: (branch: BranchId) => string,
): readonly BranchAccount[] {
  return branches.map(({ id }) => ({
    branch: id,
    username: branchAccountName(id),
    password: password(id),
  }));
}

/** By which the deliveries of each phone of a branch are sealed. */
export function deliveryKeys(
  { phones }: Pick<Config, "phones">,
  password: (branch: BranchId) => string,
): ReadonlyMap<Mac, KeyObject> {
  return new Map(
    phones.flatMap(({ mac, branch, push }) => {
      if (branch === undefined || push?.by !== "http") return [];
      return [[mac, deliveryKey(mac, { account: password(branch), ...push })] as const];
    }),
  );
}
