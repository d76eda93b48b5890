import { Server } from 'node:net';

// Loaded before an application's server: tells the test the port as soon as the server takes connections.
const { listen } = Server.prototype;
Server.prototype.listen = function listenAndReport(...args) {
  this.once('listening', () => process.send?.(this.address().port));
  return listen.apply(this, args);
};
