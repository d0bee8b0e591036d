#include <libsvm/svm.h>

// The types of the functions that SVMLibrary.swift looks up: the library is not linked.
typedef __typeof__(svm_set_print_string_function) *svm_set_print_string_function_type;
typedef __typeof__(svm_check_parameter) *svm_check_parameter_type;
typedef __typeof__(svm_train) *svm_train_type;
typedef __typeof__(svm_free_and_destroy_model) *svm_free_and_destroy_model_type;
