/** What counts as one place: an IPv4 address, or an IPv6 network of 64 bits, of which whoever has one address has all. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const [front, back] = [head, tail ?? ""].map((part) => part.split(":").filter(Boolean));
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - (front?.length ?? 0) - (back?.length ?? 0));
  return [...(front ?? []), ...Array<string>(zeros).fill("0"), ...(back ?? [])].slice(0, 4).join(":");
}
