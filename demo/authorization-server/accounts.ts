/** Someone who can sign in. The password is printed on the sign-in page: this is a demonstration. */
export interface Account {
  readonly subject: string;
  readonly password: string;
  readonly name: string;
  readonly email: string;
}

export const ACCOUNTS: readonly Account[] = [
  { subject: 'ada', password: 'engine', name: 'Ada Lovelace', email: 'ada@example.com' },
  { subject: 'grace', password: 'compiler', name: 'Grace Hopper', email: 'grace@example.com' },
];

export function findAccount(subject: string): Account | undefined {
  return ACCOUNTS.find((account) => account.subject === subject);
}

export function checkPassword(subject: string, password: string): Account | undefined {
  const account = findAccount(subject.trim().toLowerCase());
  return account?.password === password ? account : undefined;
}
