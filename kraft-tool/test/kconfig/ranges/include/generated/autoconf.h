/*
 * Automatically generated file; DO NOT EDIT.
 * Ranges
 */
#define CONFIG_BASE 0xfff
#define CONFIG_EMPTY 
#define CONFIG_TEXT "b"
#define CONFIG_SAME 1
#define CONFIG_COUNT 7
#define CONFIG_LIMIT 100
#define CONFIG_AFTER 1
