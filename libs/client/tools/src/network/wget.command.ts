import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { busyboxWget } from './wget-busybox.js';
import { gnuWget } from './wget-gnu.js';

export const wget = defineCommand({ name: 'wget', program: toolProgram(gnuWget), busybox: toolProgram(busyboxWget) });
