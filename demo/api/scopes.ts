/** Without it the API serves nothing. */
export const ORDERS_SCOPE = 'orders';

/** What it takes to approve an order; whoever places one needs no more than {@link ORDERS_SCOPE}. */
export const APPROVAL_SCOPE = 'orders:approve';
