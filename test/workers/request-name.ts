/** The header in which a floor's page names a request of its own, as the keeper's does with its tag. */
export const REQUEST_NAME = 'request-name';
