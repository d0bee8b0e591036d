#include <xgboost/c_api.h>

// The types of the functions that XGBoostLibrary.swift looks up: the library is not linked.
typedef __typeof__(XGBoostVersion) *XGBoostVersionFunction;
typedef __typeof__(XGBGetLastError) *XGBGetLastErrorFunction;
typedef __typeof__(XGDMatrixCreateFromMat) *XGDMatrixCreateFromMatFunction;
typedef __typeof__(XGDMatrixSetFloatInfo) *XGDMatrixSetFloatInfoFunction;
typedef __typeof__(XGDMatrixFree) *XGDMatrixFreeFunction;
typedef __typeof__(XGBoosterCreate) *XGBoosterCreateFunction;
typedef __typeof__(XGBoosterFree) *XGBoosterFreeFunction;
typedef __typeof__(XGBoosterSetParam) *XGBoosterSetParamFunction;
typedef __typeof__(XGBoosterUpdateOneIter) *XGBoosterUpdateOneIterFunction;
typedef __typeof__(XGBoosterPredictFromDMatrix) *XGBoosterPredictFromDMatrixFunction;
typedef __typeof__(XGBoosterSlice) *XGBoosterSliceFunction;
typedef __typeof__(XGBoosterSaveModelToBuffer) *XGBoosterSaveModelToBufferFunction;
