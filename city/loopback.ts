/** Whether an address to listen on is this machine alone. */
export const isLoopback = (bind: string) => bind === 'localhost' || bind === '::1' || bind.startsWith('127.');
