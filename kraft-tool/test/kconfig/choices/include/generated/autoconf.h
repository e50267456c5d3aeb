/*
 * Automatically generated file; DO NOT EDIT.
 * Choices
 */
#define CONFIG_MODULES 1
#define CONFIG_FS_A 1
#define CONFIG_ALLOC_TLSF 1
#define CONFIG_LEVEL_LOW 1
#define CONFIG_LEVEL_LOW_DETAIL 1
#define CONFIG_SMALL 1
