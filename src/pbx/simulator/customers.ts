/** Somebody outside who calls or is called. */
export interface Customer {
  readonly name: string;
  readonly number: string;
}

export const queues = ["support", "sales"] as const;

/** Ordinary ones; the numbers are reserved for fiction. */
export const customers: readonly [Customer, ...Customer[]] = [
  { name: "Marta Nowak", number: "+12025550143" },
  { name: "Oliver Grant", number: "+442079460018" },
  { name: "Zoë Müller-Lüdenscheidt", number: "+493023125042" },
  { name: "Chidi Okafor", number: "+12025550177" },
  { name: "Søren Ågård", number: "+442079460935" },
  { name: "Aiko Tanaka", number: "+12025550109" },
  { name: "Priya Raman", number: "+12025550162" },
  { name: "Hotel Bellevue", number: "+33199001234" },
  { name: "Łukasz Wiśniewski", number: "+442079460551" },
  { name: "Bäckerei Huber", number: "+493023125199" },
  { name: "Grace Liu", number: "+12025550138" },
  { name: "Northwind Traders", number: "+12025550195" },
];

/** What comes in from the telephone network all the same: markup, no name, no number, control characters, no end. */
export const awkwardCustomers: readonly [Customer, ...Customer[]] = [
  { name: `<b>O'Neill & "Sons"</b>`, number: "+12025550121" },
  { name: "", number: "+12025550184" },
  { name: "", number: "" },
  { name: "Reception\u0007\r\nDesk 2\u001b[31m", number: "+442079460777" },
  { name: "The Incorporated Society of Very Long Names ".repeat(5).slice(0, 200), number: "+33199009876" },
  { name: "محمد الأحمد", number: "+12025550110" },
];
