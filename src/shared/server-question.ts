/**
 * What the worker asks its server with the session's credential, by `POST` at the URL of its own script. `events`: to be told that the
 * session ends, as Server-Sent Events. `sign-out-everywhere`: end all sessions of this person.
 */
export type ServerQuestion = 'events' | 'sign-out-everywhere';
