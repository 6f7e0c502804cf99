declare module "fold-table" {
  /** Characters that are folded, and what each is folded to. */
  export const from: string;
  export const to: string;
}
declare module "*.css";
