/** Of the server and of all that is released with it. */
export const VERSION = '0.1.0';
