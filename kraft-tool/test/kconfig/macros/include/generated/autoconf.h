/*
 * Automatically generated file; DO NOT EDIT.
 * Macros
 */
#define CONFIG_LIST "a b"
#define CONFIG_SHELL_ONE 1
#define CONFIG_GREETING "hello you"
#define CONFIG_NAME_you 1
#define CONFIG_UNSET "[]"
#define CONFIG_PLACE "27"
