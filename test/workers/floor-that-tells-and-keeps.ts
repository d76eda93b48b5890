import { answerKept, sendKept } from './tell-and-keep.js';

// The floor, and two things more for a request that is not safe to repeat: before it is sent the page is told, and its body is kept.
answerKept((request, keeping) => sendKept(request, { authorization: 'Bearer fixed' }, keeping));
