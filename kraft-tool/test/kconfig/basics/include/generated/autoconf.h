/*
 * Automatically generated file; DO NOT EDIT.
 * Basics
 */
#define CONFIG_BOTH 1
#define CONFIG_MODULES 1
#define CONFIG_NET 1
#define CONFIG_TINY 1
#define CONFIG_NET_TCP 1
#define CONFIG_NET_EXPERT 1
