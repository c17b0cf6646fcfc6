import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';

const ANSWER = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nnope!';

// Answers as soon as it has seen the head of a request, and resets the connection with the body unread.
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.pause();
    socket.write(ANSWER, () => socket.resetAndDestroy());
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
